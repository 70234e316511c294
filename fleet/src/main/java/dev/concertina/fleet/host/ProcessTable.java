package dev.concertina.fleet.host;

import java.util.OptionalLong;

/** Which process a pid means at this moment. */
interface ProcessTable {

    static ProcessTable ofThisSystem() {
        return ProcStat.available() ? new Linux() : new Portable();
    }

    /** Start time of the process that has the pid and has not ended; zombies have ended. */
    OptionalLong startTime(long pid);

    default boolean runs(ProcessIdentity identity) {
        OptionalLong start = startTime(identity.pid());
        return start.isPresent() && start.getAsLong() == identity.startTime();
    }

    record Linux() implements ProcessTable {
        @Override
        public OptionalLong startTime(long pid) {
            return ProcStat.of(pid)
                    .filter(ProcStat::alive)
                    .map(stat -> OptionalLong.of(stat.startTime()))
                    .orElse(OptionalLong.empty());
        }
    }

    /** What the JDK knows anywhere: the start instant in milliseconds. */
    record Portable() implements ProcessTable {
        @Override
        public OptionalLong startTime(long pid) {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .flatMap(handle -> handle.info().startInstant())
                    .map(start -> OptionalLong.of(start.toEpochMilli()))
                    .orElse(OptionalLong.empty());
        }
    }
}
