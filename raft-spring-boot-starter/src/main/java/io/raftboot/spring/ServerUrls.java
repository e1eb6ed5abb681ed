package io.raftboot.spring;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.util.StringUtils;

/** What a base URL of a server may be. Any thread. */
public final class ServerUrls {

    private ServerUrls() {}

    /** Why this cannot be the base URL of a server; empty if it can. */
    public static Optional<String> whatIsWrong(URI url) {
        if (!"http".equalsIgnoreCase(url.getScheme()) && !"https".equalsIgnoreCase(url.getScheme())) {
            return Optional.of("a URL begins with http:// or https://");
        }
        if (StringUtils.hasText(url.getRawUserInfo())
                || String.valueOf(url.getRawAuthority()).contains("@")) {
            return Optional.of("a URL has no user name and no password");
        }
        if (!StringUtils.hasText(url.getHost())) {
            return Optional.of("there is no host in it");
        }
        if (url.getPort() == 0 || url.getPort() > 65535) {
            return Optional.of("a port is a number from 1 to 65535");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            return Optional.of("a URL has no query and no fragment");
        }
        return Optional.empty();
    }

    /** The port a URL names, or the one its scheme implies. */
    public static int port(URI url) {
        if (url.getPort() != -1) {
            return url.getPort();
        }
        return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    /** Whether the host is this machine, going by its name or number only: names are not looked up. */
    public static boolean isLoopback(URI url) {
        String host = host(url);
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        boolean isNumber = host.startsWith("[") || host.matches("[0-9.]+");
        try {
            return isNumber && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // not an address of any machine, so not of this one
        }
    }

    /**
     * Whether it leads to a link-local address, where clouds serve the credentials of a machine (threat S12). Looks the name up.
     */
    public static boolean isLinkLocal(URI url) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host(url))).anyMatch(InetAddress::isLinkLocalAddress);
        } catch (UnknownHostException e) {
            return false; // leads nowhere
        }
    }

    /** The servers of a cluster run the same application, so a URL without a path leads to its context path. */
    public static URI within(URI url, String contextPath) {
        boolean isComplete = contextPath.isEmpty() || !url.getRawPath().matches("/?");
        return isComplete ? url : url.resolve(contextPath);
    }

    /** The same for two URLs that lead to the same place, as far as can be told without asking. */
    public static String address(URI url) {
        String path = Optional.ofNullable(url.getRawPath()).orElse("").replaceAll("/+$", "");
        return host(url) + ":" + port(url) + path;
    }

    private static String host(URI url) {
        return Optional.ofNullable(url.getHost()).orElse("").toLowerCase(Locale.ROOT);
    }
}
