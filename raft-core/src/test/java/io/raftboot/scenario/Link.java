package io.raftboot.scenario;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way from one server to another, in text {@code n1->n2}; a star on either side stands for every server.
 *
 * @param from the sender, or empty for any
 * @param to the receiver, or empty for any
 */
record Link(Optional<NodeId> from, Optional<NodeId> to) {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9._*-]+?)->([A-Za-z0-9._*-]+)");

    static Link parse(String text) {
        Matcher link = FORM.matcher(text);
        if (!link.matches()) {
            throw new IllegalArgumentException("a link has the form n1->n2, not " + text);
        }
        return new Link(end(link.group(1)), end(link.group(2)));
    }

    private static Optional<NodeId> end(String text) {
        return text.equals("*") ? Optional.empty() : Optional.of(NodeId.of(text));
    }

    boolean carries(Message message) {
        return from.map(message.from()::equals).orElse(true)
                && to.map(message.to()::equals).orElse(true);
    }
}
