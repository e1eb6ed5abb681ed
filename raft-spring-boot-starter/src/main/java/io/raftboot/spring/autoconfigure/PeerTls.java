package io.raftboot.spring.autoconfigure;

import io.raftboot.spring.http.TlsCredentials;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * Has other servers called with the key and the certificates of an SSL bundle. A bundle that was reloaded counts from then on; one
 * that cannot be used any more leaves the calls as they were. Any thread.
 */
final class PeerTls implements TlsCredentials {

    private static final Logger log = LoggerFactory.getLogger(PeerTls.class);

    private final String name;
    private final SslBundles bundles;
    private final SslBundle first;
    private volatile Credentials credentials;

    private PeerTls(String name, SslBundles bundles) {
        this.name = name;
        this.bundles = bundles;
        this.first = bundles.getBundle(name);
        this.credentials = Credentials.of(first);
    }

    /**
     * What a bundle has.
     *
     * @param name the value of {@code raft.security.ssl-bundle}
     * @throws RefusedStart if there is no such bundle or it cannot be used
     */
    static PeerTls of(String name, SslBundles bundles) {
        try {
            return new PeerTls(name, bundles);
        } catch (NoSuchSslBundleException e) {
            throw refused(name, "there is no such SSL bundle, only " + bundles.getBundleNames());
        } catch (RuntimeException e) {
            throw refused(name, "the SSL bundle cannot be used, " + e.getMessage());
        }
    }

    private static RefusedStart refused(String name, String reason) {
        return RefusedStart.property(
                "raft.security.ssl-bundle",
                name,
                reason,
                "Write the name of a bundle below spring.ssl.bundle.pem or spring.ssl.bundle.jks, with the key of this server"
                        + " and the certificates it trusts.");
    }

    /** Has something done after the bundle has changed, on the thread that watches its files; at once if it has already. */
    synchronized void whenReloaded(Runnable listener) {
        bundles.addBundleUpdateHandler(name, bundle -> reload(bundle, listener));
        SslBundle now = bundles.getBundle(name);
        if (now != first) {
            reload(now, listener);
        }
    }

    private synchronized void reload(SslBundle bundle, Runnable listener) {
        try {
            credentials = Credentials.of(bundle);
        } catch (RuntimeException e) {
            log.error("SSL bundle '{}' has changed and cannot be used, other servers are called as before", name, e);
            return;
        }
        log.info("SSL bundle '{}' has changed, other servers are called with it from now on", name);
        try {
            listener.run();
        } catch (RuntimeException e) {
            log.error("SSL bundle '{}' has changed, and not every connection could be made anew", name, e);
        }
    }

    @Override
    public void applyTo(OkHttpClient.Builder client) {
        Credentials now = credentials;
        client.sslSocketFactory(now.sockets(), now.trusted()).connectionSpecs(List.of(now.spec()));
    }

    /** Whatever the web server trusts beside: that may be users of the application. */
    @Override
    public boolean trusts(List<X509Certificate> chain) {
        try {
            credentials
                    .trusted()
                    .checkClientTrusted(
                            chain.toArray(X509Certificate[]::new),
                            chain.get(0).getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException e) {
            log.debug("the certificate of a caller is not trusted", e);
            return false;
        }
    }

    private record Credentials(SSLSocketFactory sockets, X509TrustManager trusted, ConnectionSpec spec) {

        /** Without a store of its own Java would trust every authority that browsers trust, and show nothing. */
        static Credentials of(SslBundle bundle) {
            if (bundle.getStores().getTrustStore() == null || bundle.getStores().getKeyStore() == null) {
                throw new IllegalStateException("it needs a truststore and a keystore");
            }
            return new Credentials(
                    bundle.createSslContext().getSocketFactory(),
                    trusted(bundle.getManagers().getTrustManagers()),
                    spec(bundle.getOptions()));
        }

        private static X509TrustManager trusted(TrustManager[] managers) {
            return Arrays.stream(managers)
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("it trusts no X.509 certificates"));
        }

        private static ConnectionSpec spec(SslOptions options) {
            ConnectionSpec.Builder spec = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
            if (options.getEnabledProtocols() != null) {
                spec.tlsVersions(options.getEnabledProtocols());
            }
            if (options.getCiphers() != null) {
                spec.cipherSuites(options.getCiphers());
            }
            return spec.build();
        }
    }
}
