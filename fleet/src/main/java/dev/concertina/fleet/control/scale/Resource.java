package dev.concertina.fleet.control.scale;

/** What an instance has an allowance of: CPU in milli-cores, memory in bytes. */
public enum Resource {
    CPU("cpu"),
    MEMORY("memory");

    private final String text;

    Resource(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
