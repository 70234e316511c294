package dev.concertina.fleet.traffic;

/** The gateway obeys a newer table than the one it was given, and the fleet gave no newer one. */
public final class TableRefusedException extends GatewayException {
    private static final long serialVersionUID = 1;

    private final long inForce;

    public TableRefusedException(long refused, long inForce) {
        super(
                "gateway: table "
                        + refused
                        + " was refused, because table "
                        + inForce
                        + " is in force. Number the tables on from the one that status() tells.");
        this.inForce = inForce;
    }

    /** The version to number on from. */
    public long inForce() {
        return inForce;
    }
}
