package io.raftboot.spring.http;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** The JSON of a call. */
final class CallBody extends RequestBody {

    private static final MediaType JSON = MediaType.get("application/json");

    private final byte[] json;
    private final boolean oneShot;

    /** @param oneShot whether OkHttp must not write it a second time, because the call's fate would be unknown (bug R51) */
    CallBody(byte[] json, boolean oneShot) {
        this.json = json;
        this.oneShot = oneShot;
    }

    @Override
    public MediaType contentType() {
        return JSON;
    }

    @Override
    public long contentLength() {
        return json.length;
    }

    @Override
    public boolean isOneShot() {
        return oneShot;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        sink.write(json);
    }
}
