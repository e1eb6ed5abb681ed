package io.raftboot.spring.http;

import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.spi.Transport;
import io.raftboot.testkit.TransportContract;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;

/** The contract of the SPI, over real sockets on the loopback interface. */
class HttpTransportContractTest extends TransportContract {

    private final Map<NodeId, TestNode> nodes = new TreeMap<>();

    @Override
    protected Transport transport(NodeId server) {
        return node(server).transport;
    }

    @Override
    protected Member member(NodeId server) {
        return node(server).member();
    }

    private TestNode node(NodeId server) {
        return nodes.computeIfAbsent(server, id -> TestNode.notStarted(id.value()));
    }

    @AfterEach
    void close() {
        nodes.values().forEach(TestNode::close);
    }
}
