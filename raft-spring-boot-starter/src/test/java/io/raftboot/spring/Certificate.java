package io.raftboot.spring;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslStoreBundle;

/** A key with a certificate that it has signed itself, for this machine, made by the JDK's own tool. */
public record Certificate(String name, KeyStore store) {

    private static final String PASSWORD = "changeit";

    /** Makes one, in a file of that name in the directory. */
    public static Certificate make(Path directory, String name) throws Exception {
        Path file = directory.resolve(name + ".p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1,dns:localhost");
        Process tool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
        if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
            tool.destroyForcibly();
            throw new IOException("keytool failed: " + Files.readString(directory.resolve(name + ".log")));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new Certificate(name, store);
    }

    /** What its owner shows. */
    public X509Certificate shown() {
        try {
            return (X509Certificate) store.getCertificate(name);
        } catch (KeyStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A bundle with this key that trusts those. */
    public SslBundle trusting(Certificate... trusted) throws GeneralSecurityException, IOException {
        KeyStore trustStore = KeyStore.getInstance("PKCS12");
        trustStore.load(null, null);
        for (Certificate certificate : trusted) {
            trustStore.setCertificateEntry(certificate.name(), certificate.shown());
        }
        return SslBundle.of(SslStoreBundle.of(store, PASSWORD, trustStore), SslBundleKey.of(PASSWORD));
    }
}
