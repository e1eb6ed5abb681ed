package io.raftboot.spring.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.spring.admin.MemberJson.Allowed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which URLs may be added, beyond what AdminMembersTest shows of a cluster without secret and TLS. */
class MemberJsonTest {

    private static final @Nullable String NO_ROLE = null;

    @Test
    void whereServersCallEachOtherWithTlsNobodyIsAddedInTheClear() {
        Allowed encrypted = new Allowed("", true, true);

        assertThatThrownBy(() -> new MemberJson("n4", "http://10.0.0.4:8080", NO_ROLE).member(encrypted))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("https");
        assertThat(new MemberJson("n4", "HTTPS://10.0.0.4:8443", NO_ROLE)
                        .member(encrypted)
                        .url())
                .hasHost("10.0.0.4");
    }

    @Test
    void withASecretAServerMayBeOnAnotherMachine() {
        assertThat(new MemberJson("n4", "http://10.0.0.4:8080", NO_ROLE)
                        .member(new Allowed("", true, false))
                        .url())
                .hasHost("10.0.0.4");
    }
}
