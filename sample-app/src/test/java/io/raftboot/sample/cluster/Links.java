package io.raftboot.sample.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands between servers that are processes: a port in front of each, which passes bytes on and can hold back the calls of one
 * server to another, while those the other way get through. A connection belongs to the server that its first call names.
 */
final class Links implements AutoCloseable {

    private static final Pattern CALLER = Pattern.compile("(?i)\\r\\nRaft-From: *([^\\r\\n ]+)");

    private record Cut(String from, String to) {}

    private final Map<String, ServerSocket> fronts = new TreeMap<>();
    private final Set<Cut> cuts = ConcurrentHashMap.newKeySet();

    /** @param ports where the servers listen */
    Links(Map<String, Integer> ports) throws IOException {
        for (Map.Entry<String, Integer> server : ports.entrySet()) {
            ServerSocket front = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
            fronts.put(server.getKey(), front);
            inBackground(() -> accept(front, server.getKey(), server.getValue()));
        }
    }

    /** Where other servers are to look for this one. */
    String url(String id) {
        return "http://127.0.0.1:" + requireNonNull(fronts.get(id), id).getLocalPort();
    }

    /** No call of the one to the other arrives any more. */
    void cut(String from, String to) {
        cuts.add(new Cut(from, to));
    }

    /** All calls arrive, those too that were held back. */
    void heal() {
        cuts.clear();
    }

    @Override
    public void close() throws IOException {
        heal();
        for (ServerSocket front : fronts.values()) {
            front.close();
        }
    }

    private static void inBackground(Runnable task) {
        Thread thread = new Thread(task, "link");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocket front, String id, int port) {
        while (!front.isClosed()) {
            try {
                Socket caller = front.accept();
                inBackground(() -> connect(caller, id, port));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket caller, String id, int port) {
        try (caller;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            caller.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            byte[] first = new byte[1 << 16];
            int length = caller.getInputStream().read(first);
            Matcher named = CALLER.matcher(new String(first, 0, Math.max(0, length), ISO_8859_1));
            Cut cut = new Cut(named.find() ? named.group(1) : "nobody", id);
            inBackground(() -> pass(server, caller, cut, new byte[0], 0));
            pass(caller, server, cut, first, length);
        } catch (IOException gone) {
            // Both ends are closed, and that is how each hears of it.
        }
    }

    private void pass(Socket from, Socket to, Cut cut, byte[] first, int length) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            byte[] bytes = first.length == 0 ? new byte[1 << 16] : first;
            for (int count = first.length == 0 ? in.read(bytes) : length; count >= 0; count = in.read(bytes)) {
                while (cuts.contains(cut)) {
                    ProcessCluster.pause();
                }
                to.getOutputStream().write(bytes, 0, count);
            }
        } catch (IOException gone) {
            // As above.
        }
    }
}
