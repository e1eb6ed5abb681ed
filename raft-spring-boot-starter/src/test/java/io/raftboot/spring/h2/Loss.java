package io.raftboot.spring.h2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What becomes of the writes that were not synced when a process or the power ends. */
enum Loss {
    /** The process was killed: the operating system has every write, and may still lose it. */
    KILLED(1),
    /** The process was killed in the middle of its last write, which ends at some page. */
    KILLED_WHILE_WRITING(2),
    /** Power cut: nothing that was not synced is there. */
    ALL(1),
    /** Power cut: the disk was faster than the sync. */
    NONE(1),
    /** Power cut: some writes are there and some are not, in any order. */
    SOME_WRITES(2),
    /** Power cut: of the last write some sectors are there, of all others everything. */
    LAST_WRITE_TORN(3),
    /** Power cut: some sectors of 4 KB are there. */
    SOME_LARGE_SECTORS(3),
    /** Power cut: some sectors of 512 bytes are there. */
    SOME_SECTORS(3);

    private static final int SECTOR = 512;
    private static final int PAGE = 4096;

    private final int attempts;

    Loss(int attempts) {
        this.attempts = attempts;
    }

    /** How often it is worth a try: once if there is no chance in it. */
    int attempts() {
        return attempts;
    }

    /** Whether only the process ended, so that what was written can be read until the power fails. */
    boolean onlyProcess() {
        return this == KILLED || this == KILLED_WHILE_WRITING;
    }

    /**
     * What is left of the writes to one file.
     *
     * @param last whether the last of them was the last of the process
     */
    List<Write> survivors(List<Write> unsynced, boolean last, Random random) {
        int before = unsynced.size() - (last ? 1 : 0);
        return switch (this) {
            case KILLED, NONE -> unsynced;
            case ALL -> List.of();
            case SOME_WRITES -> some(unsynced, random);
            case SOME_LARGE_SECTORS -> some(parts(unsynced, PAGE), random);
            case SOME_SECTORS -> some(parts(unsynced, SECTOR), random);
            case LAST_WRITE_TORN ->
                concat(
                        unsynced.subList(0, before),
                        some(parts(unsynced.subList(before, unsynced.size()), SECTOR), random));
            case KILLED_WHILE_WRITING ->
                concat(
                        unsynced.subList(0, before),
                        beginning(parts(unsynced.subList(before, unsynced.size()), PAGE), random));
        };
    }

    private static List<Write> concat(List<Write> first, List<Write> second) {
        List<Write> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    private static List<Write> some(List<Write> writes, Random random) {
        return writes.stream().filter(write -> random.nextBoolean()).toList();
    }

    private static List<Write> beginning(List<Write> writes, Random random) {
        return writes.subList(0, random.nextInt(writes.size() + 1));
    }

    private static List<Write> parts(List<Write> writes, int sector) {
        return writes.stream().flatMap(write -> write.parts(sector).stream()).toList();
    }

    /** Bytes that were written at a position; or, without any, the end that a file was given there. */
    record Write(long position, byte[] data) {

        private List<Write> parts(int sector) {
            List<Write> parts = new ArrayList<>();
            for (int from = 0; from < data.length; ) {
                long end = (position + from) / sector * sector + sector;
                int to = (int) Math.min(data.length, end - position);
                parts.add(new Write(position + from, Arrays.copyOfRange(data, from, to)));
                from = to;
            }
            return data.length == 0 ? List.of(this) : parts;
        }

        long end() {
            return position + data.length;
        }

        /** Lays writes over a file, one after the other. @return the same array if there are none */
        static byte[] apply(byte[] file, List<Write> writes) {
            if (writes.isEmpty()) {
                return file;
            }
            long room = writes.stream().mapToLong(Write::end).reduce(file.length, Math::max);
            byte[] bytes = Arrays.copyOf(file, Math.toIntExact(room));
            int length = file.length;
            for (Write write : writes) {
                int from = Math.toIntExact(write.position);
                if (write.data.length == 0) {
                    Arrays.fill(bytes, from, Math.max(from, length), (byte) 0);
                    length = from;
                } else {
                    System.arraycopy(write.data, 0, bytes, from, write.data.length);
                    length = Math.max(length, from + write.data.length);
                }
            }
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
    }
}
