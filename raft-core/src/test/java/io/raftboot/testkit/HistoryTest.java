package io.raftboot.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.raftboot.model.RequestId;
import io.raftboot.testkit.Operation.Kind;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private final History history = new History();

    @Test
    void aRegisterDoesNotTouchAnother() {
        call(Kind.WRITE, "a", 7, 7);
        call(Kind.READ, "b", 0, 0);
        assertThat(history.check()).isEmpty();

        call(Kind.READ, "b", 0, 7);
        assertThat(history.check().orElseThrow())
                .contains("op3 READ key b [5, 6] = 7")
                .doesNotContain("key a");
    }

    @Test
    void callsThatOverlapMayTakeEffectInEitherOrder() {
        Operation first = history.begin(Kind.INCREMENT, "a", 0);
        Operation second = history.begin(Kind.INCREMENT, "a", 0);
        history.answer(first, 2);
        history.answer(second, 1);
        assertThat(history.check()).isEmpty();

        call(Kind.INCREMENT, "a", 0, 2);
        assertThat(history.check()).isPresent();
    }

    @Test
    void whatWasCertainlyNotDoneMayNotBeSeen() {
        Operation refused = history.begin(Kind.WRITE, "a", 7);
        call(Kind.READ, "a", 0, 7);
        assertThat(history.check()).isEmpty();

        history.remove(refused);
        assertThat(history.check()).isPresent();
        assertThat(history.operations("a")).extracting(Operation::kind).containsExactly(Kind.READ);
    }

    @Test
    void everyOperationHasANameOfItsOwn() {
        assertThat(history.begin(Kind.READ, "a", 0).id()).isEqualTo(new RequestId("op1"));
        assertThat(history.begin(Kind.READ, "b", 0).id()).isEqualTo(new RequestId("op2"));
        assertThat(history.operations("c")).isEmpty();
    }

    @Test
    void anOperationIsAnsweredOnceAndNotBeforeItBegan() {
        Operation operation = new Operation(new RequestId("x"), Kind.READ, "a", 0, 5);
        assertThatIllegalArgumentException().isThrownBy(() -> operation.answer(4, 1));
        assertThat(operation.isAnswered()).isFalse();

        operation.answer(5, 1);
        assertThatIllegalStateException().isThrownBy(() -> operation.answer(6, 2));
        assertThat(operation.answeredAt()).isEqualTo(5);
        assertThat(operation.result()).isEqualTo(1);
    }

    private void call(Kind kind, String key, long argument, long result) {
        history.answer(history.begin(kind, key, argument), result);
    }
}
