package io.raftboot.spring.admin;

import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Member;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.AdminCall;
import io.raftboot.spring.Administration;
import io.raftboot.spring.LeaderCalls;
import io.raftboot.spring.admin.MemberJson.Allowed;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes of the members and of the leader (API.md §3), on the leader. Any thread; each call waits until it is carried out. */
public final class MembersDesk implements Administration {

    /** How many calls may wait at a time; more are refused with 503. */
    static final int MAX_CONCURRENT = 8;

    static final Pattern MEMBER = Pattern.compile("/members/([^/]+)(?:/(promote|demote))?");

    private static final Logger log = LoggerFactory.getLogger(AdminServlet.class);

    private final AdminServer server;
    private final LeaderCalls calls;
    private final Allowed allowed;
    private final Duration requestTimeout;
    private final Semaphore free = new Semaphore(MAX_CONCURRENT);

    /**
     * The desk of a server.
     *
     * @param server the server of this process
     * @param calls how servers are asked that are to be added
     * @param contextPath this application's own, which the URL of a new server without a path leads to
     * @param mayLeaveMachine whether calls to other machines are signed or certified, or meant to be neither
     * @param encrypted whether nobody is called in the clear
     * @param requestTimeout how long a step may take
     */
    public MembersDesk(
            AdminServer server,
            LeaderCalls calls,
            String contextPath,
            boolean mayLeaveMachine,
            boolean encrypted,
            Duration requestTimeout) {
        this.server = server;
        this.calls = calls;
        this.allowed = new Allowed(contextPath, mayLeaveMachine, encrypted);
        this.requestTimeout = requestTimeout;
    }

    @Override
    public AdminAnswer carryOut(AdminCall call) {
        if (!free.tryAcquire()) {
            return AdminJson.answer(Rejected.tooMany(MAX_CONCURRENT, "calls"));
        }
        try {
            requireLeadership();
            return AdminJson.answer(perform(call));
        } catch (Rejected rejected) {
            return AdminJson.answer(rejected);
        } catch (RaftException refusal) {
            return AdminJson.answer(Rejected.because(refusal));
        } finally {
            free.release();
        }
    }

    private void requireLeadership() {
        RaftStatus status = server.status();
        if (status.role() != RaftRole.LEADER) {
            throw new RaftException.NotLeader(status.leaderId());
        }
    }

    private Object perform(AdminCall call) {
        if (call.path().equals("/leader")) {
            return transfer(call);
        }
        if (call.path().equals("/members")) {
            return switch (call.method()) {
                case "POST" -> add(call);
                case "PUT" -> replace(call);
                default -> StatusJson.MembersJson.of(server.status());
            };
        }
        Matcher path = MEMBER.matcher(call.path());
        if (!path.matches()) {
            throw new Rejected(404, "Not Found", "there is no such admin endpoint");
        }
        return change(call, aboutOne(MemberJson.nodeId(path.group(1)), path.group(2)), List.of());
    }

    private static MembershipChange aboutOne(NodeId id, @org.jspecify.annotations.Nullable String word) {
        if (word == null) {
            return new MembershipChange.Remove(id);
        }
        return word.equals("promote") ? new MembershipChange.Promote(id) : new MembershipChange.Demote(id);
    }

    private Object add(AdminCall call) {
        MemberJson wanted = AdminJson.read(call.body(), MemberJson.class);
        Member member = wanted.member(allowed);
        return change(call, new MembershipChange.Add(member, wanted.isToVote()), List.of(member));
    }

    private Object replace(AdminCall call) {
        List<MemberJson> wanted = Optional.ofNullable(
                        AdminJson.read(call.body(), MemberJson.AllJson.class).members())
                .orElseThrow(() -> new Rejected(400, "Bad Request", "members is missing"))
                .stream()
                .map(member -> Optional.ofNullable(member)
                        .orElseThrow(() -> new Rejected(400, "Bad Request", "a member is null")))
                .toList();
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (MemberJson one : wanted) {
            Member member = one.member(allowed);
            if (members.put(member.id(), member) != null) {
                throw new Rejected(400, "Bad Request", "the id " + member.id() + " occurs twice");
            }
        }
        TreeSet<NodeId> voters = wanted.stream()
                .filter(MemberJson::isToVote)
                .map(one -> NodeId.of(Objects.requireNonNull(one.id())))
                .collect(Collectors.toCollection(TreeSet::new));
        return change(call, new MembershipChange.Replace(members, voters), members.values());
    }

    /** Looks ahead first: a server that cannot be added is not even told of this cluster. */
    private Object change(AdminCall call, MembershipChange change, Collection<Member> named) {
        ChangeOutlook outlook = await(server.foresee(change), requestTimeout);
        if (call.dryRun()) {
            return DryRunJson.of(outlook);
        }
        if (!outlook.safe() && !(call.force() && outlook.forcible())) {
            throw new RaftException.ChangeRefused(outlook.reason());
        }
        List<NodeId> present = server.status().members().stream()
                .map(RaftStatus.MemberStatus::id)
                .toList();
        for (Member member : named) {
            if (!present.contains(member.id())) {
                await(
                        calls.invite(member, server.status().commitIndex(), requestTimeout),
                        requestTimeout.multipliedBy(2));
            }
        }
        await(server.changeMembers(change, call.force(), requestTimeout), requestTimeout.multipliedBy(2));
        return StatusJson.MembersJson.of(server.status());
    }

    private record LeaderJson(
            @org.jspecify.annotations.Nullable String target) {}

    private record Led(String leaderId) {}

    private Object transfer(AdminCall call) {
        Optional<NodeId> target = call.body().isBlank()
                ? Optional.empty()
                : Optional.ofNullable(
                                AdminJson.read(call.body(), LeaderJson.class).target())
                        .map(MemberJson::nodeId);
        RaftStatus status = server.status();
        target.ifPresent(id -> requireVoter(status, id));
        if (call.dryRun()) {
            return foreseen(status, target);
        }
        NodeId leader = await(server.transferLeadership(target), requestTimeout.multipliedBy(2));
        NodeId self = status.identity().nodeId();
        if (!target.map(leader::equals).orElse(isAlone(status) || !leader.equals(self))) {
            throw new RaftException.ChangeRefused(
                    "nobody took the leadership as asked within an election timeout; " + leader + " leads");
        }
        return new Led(leader.value());
    }

    private static boolean isAlone(RaftStatus status) {
        return status.members().stream().filter(RaftStatus.MemberStatus::voter).count() == 1;
    }

    private static DryRunJson foreseen(RaftStatus status, Optional<NodeId> target) {
        NodeId self = status.identity().nodeId();
        boolean reachable = status.members().stream()
                .filter(member -> target.map(member.id()::equals)
                        .orElse(member.voter()
                                && (isAlone(status) || !member.id().equals(self))))
                .anyMatch(member -> member.id().equals(self)
                        || member.replication()
                                .filter(RaftStatus.Replication::reachable)
                                .isPresent());
        String successor = target.map(NodeId::value).orElse("the most up-to-date voter");
        return DryRunJson.of(
                status,
                reachable,
                reachable ? "leadership would go to " + successor : "nobody who could take it over is within reach");
    }

    private static void requireVoter(RaftStatus status, NodeId id) {
        RaftStatus.MemberStatus member = status.members().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new RaftException.UnknownMember(id));
        if (!member.voter()) {
            throw new RaftException.ChangeRefused(id + " is a learner: promote it first");
        }
    }

    private static <T> T await(CompletableFuture<T> answer, Duration patience) {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RaftException expected) {
                throw expected;
            }
            log.error("an admin call failed", e);
            throw new Rejected(500, "Internal Server Error", "the call failed; the log says why");
        } catch (TimeoutException e) {
            throw new RaftException.OutcomeUnknown("it is begun and not over yet: look at the members");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RaftException.OutcomeUnknown("the web server is stopping");
        }
    }
}
