package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Message.AppendEntries;
import org.junit.jupiter.api.Test;

class PeerCborTest {

    private final AppendEntries append = PeerJsonBenchmark.append(64);
    private final PeerCbor cbor = new PeerCbor();

    @Test
    void bothFormsSayTheSame() {
        PeerJson json = new PeerJson(PeerJsonBenchmark.MAX_BYTES);
        AppendEntries read = cbor.read(cbor.write(append), AppendEntries.class);
        assertThat(json.write(read)).isEqualTo(json.write(append));
    }

    @Test
    void theBinaryFormIsSmaller() {
        byte[] json = new PeerJson(PeerJsonBenchmark.MAX_BYTES).write(append);
        assertThat(cbor.write(append)).hasSizeLessThan(json.length * 9 / 10);
    }
}
