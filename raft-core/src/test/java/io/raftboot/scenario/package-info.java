/**
 * Stories of the consensus as text: commands, and after each the trace it printed. A change of behaviour is a diff of these files,
 * which are read by people and rewritten by {@code -Dscenario.rewrite=true}; the methods of
 * {@code Machines}, {@code Inputs} and {@code Wires} are the commands.
 *
 * <p>A line that begins with {@code #} is a comment, one that is indented belongs to the trace, any other is a command. In a
 * trace, {@code n1 -> n2} is a message sent, {@code n2 <- n1} the same taken, {@code n1 -x n2} lost. {@code 3:2 a} is the entry
 * with index 3 and term 2, {@code #7} a round. What a server sends stands before its write if it may leave before it, and behind
 * if it rests on it.
 *
 * <p>Time is ticks: a heartbeat every 10, and the election timeout of the i-th server of a cluster is 90 + 10·i. A server's rounds
 * begin at 1, after its first restart at 1001, and so on. So the text is the same on every machine.
 */
@NullMarked
package io.raftboot.scenario;

import org.jspecify.annotations.NullMarked;
