package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class PeerClientsTest {

    private static final URI HTTP = URI.create("http://127.0.0.1:8081");

    private final PeerHttpSettings settings = new PeerHttpSettings(
            "/raft",
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            1_000,
            1_000_000,
            1_000,
            10_000,
            Optional.empty(),
            Believed.THIS_MACHINE);
    private final PeerClients clients = new PeerClients(settings, Optional.empty());

    @Test
    void withoutTlsNoCertificateIsRead() {
        assertThat(clients.clientFor(HTTP).connectionSpecs()).containsExactly(ConnectionSpec.CLEARTEXT);
        assertThat(clients.clientFor(HTTP).x509TrustManager()).isNull();
    }

    @Test
    void aPeerWithHttpsIsCalledWithTlsHoweverItIsWritten() {
        for (String url : new String[] {"https://127.0.0.1:8443", "HTTPS://127.0.0.1:8443"}) {
            OkHttpClient client = clients.clientFor(URI.create(url));

            assertThat(client.connectionSpecs()).contains(ConnectionSpec.MODERN_TLS);
            assertThat(client.x509TrustManager()).isNotNull();
        }
    }

    @Test
    void thePeersOfOneSchemeShareAClient() {
        assertThat(clients.clientFor(URI.create("http://127.0.0.1:8082"))).isSameAs(clients.clientFor(HTTP));
    }

    @Test
    void withCredentialsNobodyIsCalledInTheClear() {
        AtomicInteger applied = new AtomicInteger();
        PeerClients encrypted = new PeerClients(settings, Optional.of(new TlsCredentials() {
            @Override
            public void applyTo(OkHttpClient.Builder client) {
                applied.incrementAndGet();
            }

            @Override
            public boolean trusts(List<X509Certificate> chain) {
                return true;
            }
        }));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> encrypted.clientFor(HTTP))
                .withMessageContaining("TLS");
        applied.set(0);
        encrypted.clientFor(URI.create("https://127.0.0.1:8443"));
        encrypted.clientFor(URI.create("https://127.0.0.1:8444"));
        assertThat(applied).hasValue(1);
    }
}
