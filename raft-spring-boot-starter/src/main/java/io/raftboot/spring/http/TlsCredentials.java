package io.raftboot.spring.http;

import java.security.cert.X509Certificate;
import java.util.List;
import okhttp3.OkHttpClient;

/** What servers that call each other with TLS show each other, and whom they trust. Any thread; may change at any time. */
public interface TlsCredentials {

    /** Has a client call with them, as they are now. */
    void applyTo(OkHttpClient.Builder client);

    /**
     * Whether a caller is one of the cluster.
     *
     * @param chain what it has shown the web server, its own certificate first
     */
    boolean trusts(List<X509Certificate> chain);
}
