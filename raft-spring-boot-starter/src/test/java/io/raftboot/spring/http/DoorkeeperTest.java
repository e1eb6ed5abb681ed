package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.spring.http.PeerHttpSettings.Believed;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threat S1: who is believed before a signature is looked at. */
class DoorkeeperTest {

    private static final List<String> NONE = List.of();

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.9", "fe80::1", "192.168.1.1", ""})
    void withoutASecretNobodyIsBelievedWhoCanBeElsewhere(String address) {
        Doorkeeper door = new Doorkeeper(Optional.empty(), Believed.THIS_MACHINE, Optional.empty());

        assertThatThrownBy(() -> door.requireSignature(NONE, address, List.of()))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> door.requireSignature(List.of("made up"), address, List.of()))
                .isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1"})
    void withoutASecretWhoeverIsOnThisMachineIsBelieved(String address) {
        Doorkeeper door = new Doorkeeper(Optional.empty(), Believed.THIS_MACHINE, Optional.empty());

        assertThatCode(() -> door.requireSignature(NONE, address, List.of())).doesNotThrowAnyException();
    }

    @Test
    void whereItIsMeantAnybodyIsBelieved() {
        Doorkeeper door = new Doorkeeper(Optional.empty(), Believed.ANYBODY, Optional.empty());

        assertThatCode(() -> door.requireSignature(NONE, "10.0.0.9", List.of())).doesNotThrowAnyException();
    }

    @Test
    void withASecretThisMachineHasToSignToo() {
        Doorkeeper door =
                new Doorkeeper(Optional.of(PeerSecret.of(TestNode.SECRET)), Believed.ANYBODY, Optional.empty());

        assertThatThrownBy(() -> door.requireSignature(NONE, "127.0.0.1", List.of()))
                .isInstanceOf(Refused.class);
        assertThatCode(() -> door.requireSignature(List.of("to be checked"), "10.0.0.9", List.of()))
                .doesNotThrowAnyException();
    }
}
