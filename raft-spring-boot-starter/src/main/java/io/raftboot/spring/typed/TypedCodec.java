package io.raftboot.spring.typed;

/**
 * Commands, questions and what they give, as the bytes that are in the log and between servers: for a test that works with {@code
 * RaftTestCluster}, and for whoever watches commands. {@link TypedStateMachine#codec} makes it. Callable from any thread.
 */
public final class TypedCodec {

    private final RecordTypes commandTypes;
    private final RecordTypes queryTypes;
    private final Envelope commands;
    private final Envelope queries;

    TypedCodec(RecordTypes commandTypes, RecordTypes queryTypes) {
        this.commandTypes = commandTypes;
        this.queryTypes = queryTypes;
        this.commands = new Envelope(commandTypes, "c");
        this.queries = new Envelope(queryTypes, "q");
    }

    /**
     * What {@link TypedStateMachine#apply} gets.
     *
     * @throws IllegalArgumentException if the state machine has no handler for it, or nobody could read it: a component is null, or of a
     *     type that JSON does not give back. It is better refused here than in every log
     */
    public byte[] encode(RaftCommand<?> command) {
        return commands.write(command);
    }

    /** What {@link TypedStateMachine#query} gets. @throws IllegalArgumentException as for a command */
    public byte[] encode(RaftQuery<?> query) {
        return queries.write(query);
    }

    /**
     * What a command gave.
     *
     * @param reply what {@link TypedStateMachine#apply} returned
     * @throws CommandRejected if it was refused
     * @throws IllegalStateException if it was applied, and gave something that this version of the application cannot read
     */
    @SuppressWarnings("unchecked") // it is read as what the class says that R is
    public <R> R decodeReply(RaftCommand<R> command, byte[] reply) {
        return (R) Replies.read(commandTypes.of(command), reply);
    }

    /**
     * What answers a question.
     *
     * @param reply what {@link TypedStateMachine#query} returned
     * @throws CommandRejected if it was refused
     * @throws IllegalStateException if this version of the application cannot read it
     */
    @SuppressWarnings("unchecked") // it is read as what the class says that R is
    public <R> R decodeReply(RaftQuery<R> query, byte[] reply) {
        return (R) Replies.read(queryTypes.of(query), reply);
    }

    /** The command that was encoded. @throws IllegalArgumentException if this version of the application cannot read it */
    public RaftCommand<?> decodeCommand(byte[] command) {
        if (commands.read(command) instanceof Received.Known readable
                && readable.value() instanceof RaftCommand<?> decoded) {
            return decoded;
        }
        throw new IllegalArgumentException("this is no command that this version of the application knows");
    }

    Received receiveCommand(byte[] command) {
        return commands.read(command);
    }

    Received receiveQuery(byte[] query) {
        return queries.read(query);
    }
}
