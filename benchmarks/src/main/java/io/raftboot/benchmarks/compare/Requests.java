package io.raftboot.benchmarks.compare;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The requests of a load, made beforehand: one per key. For one thread. */
final class Requests {

    private final List<byte[]> requests;
    private final IntSupplier keys;

    private Requests(int count, IntFunction<String> request, IntSupplier keys) {
        this.keys = keys;
        requests = IntStream.range(0, count)
                .mapToObj(key -> request.apply(key).getBytes(US_ASCII))
                .toList();
    }

    /** Writes of the sample's keys, taken at random. */
    static Requests puts(int keys, int valueBytes) {
        return new Requests(keys, put(valueBytes), random(keys));
    }

    /** Writes of every key, one after the other and then again. */
    static Requests fill(int keys, int valueBytes) {
        AtomicInteger next = new AtomicInteger();
        return new Requests(keys, put(valueBytes), () -> next.getAndIncrement() % keys);
    }

    /** Linearizable reads of the same keys, taken at random. */
    static Requests gets(int keys) {
        return new Requests(keys, key -> head("GET", key) + "\r\n", random(keys));
    }

    private static IntSupplier random(int keys) {
        RandomGenerator random = new Random(7);
        return () -> random.nextInt(keys);
    }

    private static IntFunction<String> put(int valueBytes) {
        RandomGenerator letters = new Random(42);
        String headers = "Content-Type: text/plain\r\nContent-Length: " + valueBytes + "\r\n\r\n";
        return key -> head("PUT", key) + headers + value(valueBytes, letters);
    }

    private static String head(String method, int key) {
        return method + " /kv/key-%05d HTTP/1.1\r\nHost: localhost\r\n".formatted(key);
    }

    /** Letters that no compression could make much of. */
    private static String value(int bytes, RandomGenerator letters) {
        return letters.ints(bytes, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    ByteBuffer next() {
        return ByteBuffer.wrap(requests.get(keys.getAsInt()));
    }
}
