package io.raftboot.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.raftboot.model.RequestId;
import io.raftboot.testkit.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker is only worth something if it tells known good histories from known bad ones. */
class LinearizabilityCheckerTest {

    private final List<Operation> history = new ArrayList<>();

    private Operation open(Kind kind, long argument, long invokedAt) {
        Operation operation = new Operation(new RequestId("op" + history.size()), kind, "k", argument, invokedAt);
        history.add(operation);
        return operation;
    }

    private void write(long value, long from, long to) {
        open(Kind.WRITE, value, from).answer(to, value);
    }

    private void increment(long result, long from, long to) {
        open(Kind.INCREMENT, 0, from).answer(to, result);
    }

    private void read(long value, long from, long to) {
        open(Kind.READ, 0, from).answer(to, value);
    }

    private void assertGood() {
        assertThat(LinearizabilityChecker.check(history)).isEmpty();
    }

    private void assertBad() {
        assertThat(LinearizabilityChecker.check(history)).isPresent();
    }

    @Test
    void aSequentialHistoryIsGood() {
        read(0, 1, 2);
        write(7, 3, 4);
        increment(8, 5, 6);
        read(8, 7, 8);
        assertGood();
    }

    @Test
    void aReadOfAnOverwrittenValueIsBad() {
        write(7, 1, 2);
        write(8, 3, 4);
        read(7, 5, 6);
        assertBad();
    }

    @Test
    void aReadDuringAWriteMaySeeEitherValue() {
        write(7, 1, 2);
        write(8, 3, 10);
        read(7, 4, 5);
        read(8, 6, 7);
        assertGood();
    }

    @Test
    void readsDuringAWriteMayNotGoBack() {
        write(7, 1, 2);
        write(8, 3, 10);
        read(8, 4, 5);
        read(7, 6, 7);
        assertBad();
    }

    @Test
    void aReadOfAValueThatNobodyWroteIsBad() {
        write(7, 1, 2);
        read(9, 3, 4);
        assertBad();
    }

    @Test
    void aWriteWithoutAnswerMayTakeEffectMuchLater() {
        open(Kind.WRITE, 7, 1);
        read(0, 2, 3);
        write(8, 4, 5);
        read(8, 6, 7);
        read(7, 8, 9);
        assertGood();
    }

    @Test
    void aWriteWithoutAnswerMayNeverTakeEffect() {
        open(Kind.WRITE, 7, 1);
        read(0, 2, 3);
        assertGood();
    }

    @Test
    void aWriteWithoutAnswerTakesEffectOnlyOnce() {
        open(Kind.WRITE, 7, 1);
        read(7, 2, 3);
        write(8, 4, 5);
        read(7, 6, 7);
        assertBad();
    }

    @Test
    void aWriteTakesNoEffectBeforeItsCall() {
        read(7, 1, 2);
        open(Kind.WRITE, 7, 3);
        assertBad();
    }

    @Test
    void anIncrementThatCountsTwiceIsBad() {
        increment(1, 1, 2);
        increment(3, 3, 4);
        assertBad();
    }

    @Test
    void twoIncrementsWithTheSameResultAreBad() {
        increment(1, 1, 10);
        increment(1, 2, 9);
        assertBad();
    }

    @Test
    void concurrentIncrementsMayComeInAnyOrder() {
        increment(2, 1, 10);
        increment(1, 2, 9);
        increment(3, 3, 11);
        assertGood();
    }

    @Test
    void aLostWriteIsBad() {
        write(7, 1, 2);
        read(0, 3, 4);
        assertBad();
    }

    @Test
    void moreOperationsThanItCanCheckAreRefused() {
        for (int i = 0; i <= LinearizabilityChecker.MAX_OPERATIONS; i++) {
            write(i, 2L * i, 2L * i + 1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> LinearizabilityChecker.check(history));
    }

    @Test
    void whatTakesTooLongToTellIsNotCalledGood() {
        for (int i = 1; i <= 12; i++) {
            open(Kind.WRITE, i, i);
        }
        read(-1, 20, 21);

        assertThat(LinearizabilityChecker.check(history, 1 << 16).orElseThrow()).startsWith("not linearizable");
        assertThat(LinearizabilityChecker.check(history, 1 << 12).orElseThrow())
                .startsWith("not known to be linearizable");
    }

    @Test
    void aHistoryOfThousandsOfOperationsIsChecked() {
        for (int i = 1; i <= LinearizabilityChecker.MAX_OPERATIONS / 2; i++) {
            write(i, 4L * i, 4L * i + 3);
            read(i, 4L * i + 2, 4L * i + 5);
        }
        assertGood();

        long end = 4L * LinearizabilityChecker.MAX_OPERATIONS;
        history.remove(0);
        read(1, end, end + 1);
        assertBad();
    }

    @Test
    void theCheckerAgreesWithTryingEveryOrder() {
        Random random = new Random(2);
        int good = 0;
        for (int round = 0; round < 3000; round++) {
            history.clear();
            for (int i = 0; i < 5; i++) {
                Kind kind = List.of(Kind.WRITE, Kind.INCREMENT, Kind.READ).get(random.nextInt(3));
                Operation operation = open(kind, random.nextInt(3), random.nextInt(10));
                if (random.nextInt(4) > 0) {
                    operation.answer(operation.invokedAt() + random.nextInt(6), random.nextInt(4));
                }
            }
            boolean isGood = someOrderIsGood(history, 0);
            assertThat(LinearizabilityChecker.check(history).isEmpty()).isEqualTo(isGood);
            good += isGood ? 1 : 0;
        }
        assertThat(good).isBetween(500, 2500);
    }

    /** By the definition, without any cleverness. */
    private static boolean someOrderIsGood(List<Operation> left, long value) {
        if (left.stream().noneMatch(Operation::isAnswered)) {
            return true;
        }
        long firstAnswer = left.stream().mapToLong(Operation::answeredAt).min().orElseThrow();
        for (Operation next : left) {
            List<Operation> rest = new ArrayList<>(left);
            rest.remove(next);
            long after = after(next, value);
            boolean isPossible = !next.isAnswered() || next.kind() == Kind.WRITE || next.result() == after;
            if (next.invokedAt() <= firstAnswer && isPossible && someOrderIsGood(rest, after)) {
                return true;
            }
        }
        return false;
    }

    private static long after(Operation operation, long value) {
        return switch (operation.kind()) {
            case WRITE -> operation.argument();
            case INCREMENT -> value + 1;
            case READ -> value;
        };
    }

    @Test
    void historiesOfARealRegisterAreGoodAndBadOnceAReadIsFalsified() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            history.clear();
            recordConcurrent(random);
            assertGood();
            history.add(new Operation(new RequestId("false"), Kind.READ, "k", 0, 5000));
            history.get(history.size() - 1).answer(5001, -5);
            assertBad();
        }
    }

    /** Operations that take effect one by one, at known moments, and begin before and end after them by chance. */
    private void recordConcurrent(Random random) {
        long value = 0;
        for (int i = 0; i < 30; i++) {
            long moment = 20L * i + 100;
            Kind kind = List.of(Kind.WRITE, Kind.INCREMENT, Kind.READ).get(random.nextInt(3));
            Operation operation = open(kind, 1_000L * (i + 1), 2 * (moment - random.nextInt(100)));
            value = after(operation, value);
            operation.answer(2 * (moment + random.nextInt(100)) + 1, value);
        }
        long last = history.stream().mapToLong(Operation::answeredAt).max().orElseThrow();
        assertThat(last).isLessThan(3000);
    }
}
