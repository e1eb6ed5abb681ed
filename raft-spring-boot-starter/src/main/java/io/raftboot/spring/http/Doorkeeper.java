package io.raftboot.spring.http;

import io.raftboot.model.NodeId;
import io.raftboot.spring.http.CallHeaders.Proof;
import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells whether a call was made by a server that knows the secret, for this process, and for the first time (threat S3). Without
 * a secret it goes by where a call comes from ({@link Believed}). Used by any thread.
 */
final class Doorkeeper {

    /** The most callers that are told apart; only who knows the secret can be one. */
    static final int MAX_CALLERS = 1024;

    private final Optional<Signer> signer;
    private final Believed believed;
    private final Optional<TlsCredentials> tls;
    private final String session = RandomTokens.next();
    private final Map<NodeId, SequenceWindow> callers = new ConcurrentHashMap<>();

    /**
     * That of a server.
     *
     * @param believed whose calls need no signature, if there is no secret
     * @param tls tell who is certified
     */
    Doorkeeper(Optional<PeerSecret> secret, Believed believed, Optional<TlsCredentials> tls) {
        signer = secret.map(Signer::new);
        this.believed = believed;
        this.tls = tls;
    }

    /** A call with its body, or the Range of a call that has none. */
    record Received(Target target, CallHeaders headers, byte[] content) {}

    /** How answers to one call are signed. */
    record Seal(Signer signer, String callSignature) {

        String sign(int status, ReplyHeaders headers, byte[] body) {
            return signer.signReply(callSignature, status, headers, body);
        }
    }

    /**
     * Looks whether there is a signature at all, whatever else is missing. Without a secret not everybody may call: a server that waits
     * to be added would follow the first stranger who asks.
     *
     * @param arrivedAt this server's end of the connection. A loopback address can be reached from this machine alone; what the caller's
     *     end is said to be may come from a header
     * @param shown the certificates that the caller has shown the web server, its own first. The web server may trust others as well,
     *     users of the application for example
     * @throws Refused 401 if the caller is not to be believed
     */
    void requireSignature(List<String> signatures, String arrivedAt, List<X509Certificate> shown) {
        if (signer.isPresent() ? signatures.isEmpty() : !isBelieved(arrivedAt, shown)) {
            throw believed == Believed.CERTIFIED && signer.isEmpty() ? uncertified() : unsigned();
        }
    }

    private boolean isBelieved(String arrivedAt, List<X509Certificate> shown) {
        return switch (believed) {
            case THIS_MACHINE -> isLoopback(arrivedAt);
            case CERTIFIED ->
                !shown.isEmpty() && tls.filter(known -> known.trusts(shown)).isPresent();
            case ANYBODY -> true;
        };
    }

    private static boolean isLoopback(String address) {
        try {
            return !address.isEmpty() && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /**
     * Checks the signature. Whoever wrote it may be given a signed answer, also if the call is refused for another reason.
     *
     * @throws Refused 401 if there is no signature or it is wrong
     */
    Optional<Seal> checkSignature(Received call) {
        return signer.map(known -> {
            Proof proof = proofOf(call);
            Challenge stamp = new Challenge(proof.session(), proof.sequence());
            String expected = known.signCall(call.target(), call.headers(), stamp, call.content());
            if (!Signer.matches(expected, proof.signature())) {
                throw new Refused(401, "unauthorized", "the signature is wrong");
            }
            return new Seal(known, expected);
        });
    }

    /** Takes a call whose signature is right. @throws Refused 401 if it is for another process or was taken before */
    void admit(Received call) {
        if (signer.isEmpty()) {
            return;
        }
        Proof proof = proofOf(call);
        SequenceWindow window = windowOf(call.headers().from());
        if (!proof.session().equals(session)) {
            throw Refused.otherSession(new Challenge(session, window.highest()));
        }
        if (!window.take(proof.sequence())) {
            throw Refused.replayed(new Challenge(session, window.highest()));
        }
    }

    private SequenceWindow windowOf(NodeId caller) {
        if (callers.size() >= MAX_CALLERS && !callers.containsKey(caller)) {
            throw new Refused(401, "unauthorized", "too many callers");
        }
        return callers.computeIfAbsent(caller, id -> new SequenceWindow());
    }

    private static Proof proofOf(Received call) {
        return call.headers().proof().orElseThrow(Doorkeeper::unsigned);
    }

    private static Refused uncertified() {
        return new Refused(401, "unauthorized", "the caller has shown no certificate of this cluster");
    }

    private static Refused unsigned() {
        return new Refused(401, "unauthorized", "the signature is missing");
    }
}
