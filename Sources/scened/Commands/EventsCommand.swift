internal import EventDelivery
internal import EventJournal
internal import Platform
import ArgumentParser
import SceneEvents
import Timeline

/// `scened events`: what a service has found, from its journal or from its socket; and what can be said about
/// any events.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Print the events of a service from any point on; check or compare events.",
        discussion: """
            Examples:
              scened events --state /var/lib/scened --feed news --after start
              scened events --socket /run/scened/events.sock --events boundary,scene | mosquitto_pub -t scenes -q 1 -l
              scened events --exec-batch ./publish --cursor-file /var/lib/publish/cursor

            The journal (--state) can be read whether the service runs or not. The socket (--socket) gives only what \
            is on disk for good; when the service restarts, the command waits for it and continues; with \
            --follow it also waits for one that does not run yet. A cursor is \
            run:seq, the run's name and the last seq that was taken; of several feeds it is \
            news=run:seq,hall=run:seq. If events are no longer kept, or are missing from the journal, a line of type \
            cursor_expired takes their place.

            With --exec-batch a command gets the waiting events on its standard input, and the cursor advances when \
            it ends with 0. So each event is delivered at least once, in order per feed: after any other exit \
            status, and after a crash, the same batch comes again, unchanged. SIGTERM gives the command 5 \
            seconds to finish its batch.

            Exit status: 0 the journal is read; 64 wrong usage; 65 the cursor file holds something else; 66 nobody \
            listens at the socket and --follow is not given, the service refuses, or the journal cannot be read; \
            73 the cursor cannot be saved, or another process uses it; 75 the command has failed --attempts times; \
            130, 143 --exec-batch was stopped; 141 the reader of the output closed it.
            """,
        subcommands: [Check.self, Diff.self])

    @Option(help: ArgumentHelp("Read the journal in this state directory.", valueName: "folder"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "Read from the socket of a running service. Default without --state: \(Self.usualSocket).",
            valueName: "path"))
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "Name of the feed. Default: the only one; with --socket or --exec-batch, all.",
            valueName: "name"))
    var feed: String?

    @Option(
        help: ArgumentHelp(
            "Where to begin: now, start (the oldest that is kept), or a cursor. Default: start with --state or --exec-batch, otherwise now. A cursor in the cursor file takes precedence.",
            valueName: "cursor"))
    var after: String?

    @Option(
        name: [.customLong("events"), .customLong("types")],
        help: ArgumentHelp("Event types, separated by commas. Default: all.", valueName: "types"),
        transform: EventSelection.init(list:))
    var types: EventSelection?

    @Flag(
        help:
            "With --state: wait for more events at the end; the socket always does. With --socket or --exec-batch: wait also for a service that does not run yet."
    )
    var follow = false

    @Flag(
        inversion: .prefixedNo,
        help:
            "With --socket or --exec-batch: put each event in an envelope with its feed and cursor. Default: yes with --exec-batch or without --feed."
    )
    var envelope: Bool?

    @OptionGroup
    var bridge: BridgeArguments

    func validate() throws {
        guard state == nil || socket == nil else {
            throw ValidationError("--state and --socket name two places: leave one out")
        }
        if let after, EventStart(after) == nil {
            throw ValidationError("--after takes now, start, or a cursor: run:seq")
        }
        if let feed, !FeedName.isValid(feed) {
            throw ValidationError("--feed takes letters, digits, '.', '_' and '-'")
        }
        if envelope != nil, state != nil, bridge.execBatch == nil {
            throw ValidationError("--envelope goes with --socket or --exec-batch")
        }
    }

    /// Where the packaged service listens.
    static let usualSocket = "/run/scened/events.sock"

    var typeNames: [String] { types.map { $0.kinds.map(\.rawValue).sorted() } ?? [] }

    func run() async throws {
        if let command = bridge.execBatch {
            try await handOn(to: command)
        } else if let state {
            try read(state: state)
        } else {
            try await read(socket: socket ?? Self.usualSocket)
        }
    }

    private func read(socket path: String) async throws {
        do {
            try await ServiceClient(.unix(path: absolutePath(path))).follow(
                after: after ?? "now", feed: feed, types: typeNames, envelope: envelope ?? (feed == nil),
                away: absence
            ) { try Self.write($0) }
        } catch let failure as ServiceClient.Failure {
            throw CommandFailure(status: .cannotOpen, message: failure.description)
        }
    }

    private func read(state: String) throws {
        let state = absolutePath(state)
        do {
            let feeds = try JournalLayout.feeds(state: state, PosixFiles())
            guard let feed = feed ?? (feeds.count == 1 ? feeds[0] : nil), feeds.contains(feed) else {
                let known =
                    feeds.isEmpty
                    ? "it holds no journal; give the state directory of a service"
                    : "choose one with --feed: \(feeds.joined(separator: ", "))"
                throw CommandFailure(status: .cannotOpen, message: "'\(state)': \(known)")
            }
            let start = (EventStart(after ?? "start") ?? .oldest).only(feed)
            var following = try JournalFollowing(
                JournalLayout(state: state, feed: feed), start: start, types: typeNames)
            Self.tell(try following.run(feed: feed, follow: follow) { try Self.write($0) }, state: state)
        } catch let error as DurableFileError {
            throw CommandFailure(status: .cannotOpen, message: error.description)
        }
    }

    /// Says what of the journals in `state` is not as it was written.
    static func tell(_ damage: JournalDamage, state: String) {
        guard let text = damage.text else { return }
        Console.say("\(text); look with: scened journal verify \(state)")
    }

    private static func write(_ bytes: [UInt8]) throws {
        try LineOutput.standardOutput().write(String(decoding: bytes, as: UTF8.self))
    }
}
