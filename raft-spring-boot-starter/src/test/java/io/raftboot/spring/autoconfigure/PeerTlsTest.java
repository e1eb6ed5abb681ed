package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.spring.Certificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/** scenario X2: servers call each other with the key and the certificates of an SSL bundle. */
class PeerTlsTest {

    @TempDir
    static Path directory;

    private static Certificate n1;
    private static Certificate n2;
    private static Certificate stranger;

    private final MockWebServer server = new MockWebServer();
    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

    @BeforeAll
    static void makeCertificates() throws Exception {
        n1 = Certificate.make(directory, "n1");
        n2 = Certificate.make(directory, "n2");
        stranger = Certificate.make(directory, "stranger");
    }

    @BeforeEach
    void serve() throws Exception {
        server.useHttps(n2.trusting(n1).createSslContext().getSocketFactory());
        server.requireClientAuth();
        server.start(InetAddress.getLoopbackAddress(), 0);
        bundles.registerBundle("peers", n1.trusting(n2));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aCallShowsTheCertificateOfThisServerAndBelievesThatOfTheOther() throws Exception {
        assertThat(call(PeerTls.of("peers", bundles))).isEqualTo(200);
        assertThat(server.takeRequest().getHandshake().peerPrincipal().getName())
                .isEqualTo("CN=n1");
    }

    @Test
    void whoIsNotTrustedIsNotCalledAndWhoCallsUntrustedIsNotAnswered() throws Exception {
        bundles.registerBundle("trusts-others", n1.trusting(stranger));
        bundles.registerBundle("is-another", stranger.trusting(n2));

        assertThatThrownBy(() -> call(PeerTls.of("trusts-others", bundles))).isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> call(PeerTls.of("is-another", bundles))).isInstanceOf(IOException.class);
    }

    @Test
    void aCallerBelongsToTheClusterIfTheBundleTrustsItsCertificate() {
        PeerTls tls = PeerTls.of("peers", bundles);

        assertThat(tls.trusts(List.of(n2.shown()))).isTrue();
        assertThat(tls.trusts(List.of(stranger.shown()))).isFalse();
    }

    @Test
    void aBundleThatIsReloadedCountsFromThenOn() throws Exception {
        AtomicInteger reloads = new AtomicInteger();
        PeerTls tls = PeerTls.of("peers", bundles);
        tls.whenReloaded(reloads::incrementAndGet);

        bundles.updateBundle("peers", stranger.trusting(n2));

        assertThat(reloads).hasValue(1);
        assertThatThrownBy(() -> call(tls)).isInstanceOf(IOException.class);
    }

    @Test
    void aBundleThatWasReloadedBeforeAnybodyAskedCountsToo() throws Exception {
        AtomicInteger reloads = new AtomicInteger();
        PeerTls tls = PeerTls.of("peers", bundles);

        bundles.updateBundle("peers", stranger.trusting(n2));
        tls.whenReloaded(reloads::incrementAndGet);

        assertThat(reloads).hasValue(1);
        assertThatThrownBy(() -> call(tls)).isInstanceOf(IOException.class);
    }

    @Test
    void aBundleThatCannotBeUsedAnyMoreLeavesTheCallsAsTheyWere() throws Exception {
        AtomicInteger reloads = new AtomicInteger();
        PeerTls tls = PeerTls.of("peers", bundles);
        tls.whenReloaded(reloads::incrementAndGet);

        bundles.updateBundle("peers", SslBundle.of(SslStoreBundle.NONE));

        assertThat(reloads).hasValue(0);
        assertThat(call(tls)).isEqualTo(200);
    }

    @Test
    void protocolsAndCiphersOfTheBundleAreHeeded() throws Exception {
        SslBundle plain = n1.trusting(n2);
        bundles.registerBundle(
                "chosen",
                SslBundle.of(
                        plain.getStores(),
                        plain.getKey(),
                        SslOptions.of(new String[] {"TLS_AES_256_GCM_SHA384"}, new String[] {"TLSv1.3"})));

        assertThat(call(PeerTls.of("chosen", bundles))).isEqualTo(200);
        assertThat(server.takeRequest().getHandshake().cipherSuite().javaName()).isEqualTo("TLS_AES_256_GCM_SHA384");
    }

    @Test
    void aBundleThatIsNotThereOrCannotBeUsedStopsTheApplication() {
        bundles.registerBundle("broken", SslBundle.of(SslStoreBundle.NONE));

        assertThatThrownBy(() -> PeerTls.of("others", bundles))
                .isInstanceOf(RefusedStart.class)
                .hasMessageContainingAll("raft.security.ssl-bundle", "'others'", "peers");
        assertThatThrownBy(() -> PeerTls.of("broken", bundles))
                .isInstanceOf(RefusedStart.class)
                .hasMessageContainingAll("raft.security.ssl-bundle", "'broken'", "a truststore and a keystore");
    }

    private int call(PeerTls tls) throws IOException {
        server.enqueue(new MockResponse.Builder().code(200).build());
        OkHttpClient.Builder builder = new OkHttpClient.Builder();
        tls.applyTo(builder);
        Request request = new Request.Builder().url(server.url("/")).build();
        try (Response response = builder.build().newCall(request).execute()) {
            return response.code();
        }
    }
}
