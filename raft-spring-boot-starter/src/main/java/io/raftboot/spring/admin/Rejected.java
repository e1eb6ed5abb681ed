package io.raftboot.spring.admin;

/** A call that is answered with a problem instead (RFC 9457). */
final class Rejected extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;

    /**
     * A rejection.
     *
     * @param status the HTTP status code
     * @param title what the status code says, in words
     * @param detail what is wrong, for the operator
     */
    Rejected(int status, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
    }

    static Rejected unavailable(String detail) {
        return new Rejected(503, "Service Unavailable", detail);
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }
}
