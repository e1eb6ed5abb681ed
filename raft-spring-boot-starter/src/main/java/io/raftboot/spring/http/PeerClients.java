package io.raftboot.spring.http;

import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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
    private final Consumer<OkHttpClient.Builder> customizer;
    private final Map<String, OkHttpClient> byScheme = new ConcurrentHashMap<>();

    /** @param customizer called once per scheme */
    PeerClients(PeerHttpSettings settings, Consumer<OkHttpClient.Builder> customizer) {
        this.settings = settings;
        this.customizer = customizer;
    }

    OkHttpClient clientFor(URI url) {
        return byScheme.computeIfAbsent(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT), this::make);
    }

    private OkHttpClient make(String scheme) {
        OkHttpClient.Builder builder = new OkHttpClient.Builder().proxy(Proxy.NO_PROXY);
        customizer.accept(builder);
        if (scheme.equals("http")) {
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
