package io.raftboot.spring.http;

import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.ConnectionSpec;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * The client that all peers have in common, but for their connections; never the application's. There is one without TLS, because
 * to read the certificates that Java trusts takes a server a good part of what it needs to start. Any thread may ask.
 */
final class PeerClients {

    private final PeerHttpSettings settings;
    private final Optional<TlsCredentials> tls;
    private final Map<String, OkHttpClient> byScheme = new ConcurrentHashMap<>();

    /** @param tls if there are any, nobody is called in the clear */
    PeerClients(PeerHttpSettings settings, Optional<TlsCredentials> tls) {
        this.settings = settings;
        this.tls = tls;
    }

    /** @throws IllegalArgumentException if a call there would have to be encrypted and would not be */
    OkHttpClient clientFor(URI url) {
        return byScheme.computeIfAbsent(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT), this::make);
    }

    private OkHttpClient make(String scheme) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder().proxy(Proxy.NO_PROXY);
        tls.ifPresent(credentials -> credentials.applyTo(builder));
        if (scheme.equals("http")) {
            if (tls.isPresent()) {
                throw new IllegalArgumentException("servers call each other with TLS here, and not over http");
            }
            builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
        }
        return builder.protocols(List.of(Protocol.HTTP_1_1))
                .socketFactory(new NoDelaySockets())
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(settings.connectTimeout())
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .addNetworkInterceptor(PeerClients::markSent)
                .build();
    }

    private static Response markSent(Interceptor.Chain chain) throws IOException {
        AtomicBoolean sent = chain.request().tag(AtomicBoolean.class);
        if (sent != null) {
            sent.set(true);
        }
        return chain.proceed(chain.request());
    }
}
