internal import FeedRuntime
internal import Platform
import ArgumentParser
import Glibc
import Logging
import MediaInput
import SceneEvents
import ScenePipeline
import SceneSegmentation
import Timeline

/// `scened watch`: one live feed in a terminal, for as long as it lasts.
struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Print the events of a live feed, and keep it alive: reconnect, and account for what is missing.",
        discussion: """
            Examples:
              scened watch rtsp://camera.example/stream --deadline 30
              scened watch udp://239.1.1.1:5000
              scened watch http://example.org/live.m3u8 --events boundary,scene,gap
              scened watch recording.ts --follow
              scened watch 'rtmp://0.0.0.0:1935/live/key?listen=1'

            Addresses are opened again whenever they end or fall silent, for ever; gap events say what is missing and why, \
            heartbeat events how the feed stands. Files, FIFOs and standard input end where they end; --follow reads on \
            while a file grows. An address may also wait for an encoder that connects to it: rtmp://...?listen=1, \
            srt://...?mode=listener, tcp://...?listen; see docs/explanation/live-feeds.md. Shots are split \
            by ticks: answers come within a bound, which stream_start states.

            Exit status: 0 a file or pipe was read to its end; 64 wrong usage; 65 no usable video or model; 66 the file \
            cannot be opened; 70 internal error; 73 the output cannot be written; 74 the file is damaged and ended \
            early; 130 or 143 stopped by Ctrl-C or SIGTERM, after everything was written; 141 the reader of the output \
            left.
            """)

    @Argument(help: "The address of a feed, a file, a FIFO, or - for standard input.")
    var input: String

    @OptionGroup(title: "Decision")
    var decision: DecisionArguments

    @Option(
        help: ArgumentHelp(
            "Types of event to write, separated by commas: \(EventSelection.names). Default: all but score.",
            valueName: "types"))
    var events: EventSelection?

    @Flag(help: "Also write a score event for the end of every shot.")
    var scores = false

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write to this file, emptied first, instead of standard output; it can be read while it grows.",
            valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "A context network (safetensors, or builtin:relational) that gives the scores. Default: coherence, training-free.",
            valueName: "file"))
    var model: String?

    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp(
            "A host that playlists and redirections may lead to besides the address's own: a name, an address, *.domain, or * "
                + "for all. May be given more than once.", valueName: "host"))
    var allowedHosts: [String] = []

    @Option(help: ArgumentHelp("Name of the feed, for stream_start.", valueName: "name"))
    var feed = "default"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Silence of bytes, video packets or pictures after which the feed counts as stalled.",
            valueName: "seconds"), transform: NumberArgument.seconds)
    var stallAfter = FeedTiming().stallAfter

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Longest wait before the next attempt to connect.", valueName: "seconds"),
        transform: NumberArgument.seconds)
    var reconnectCap = RetryPolicy().cap

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Wall time between two heartbeat events.", valueName: "seconds"),
        transform: NumberArgument.seconds)
    var heartbeat = FeedTiming().heartbeat

    @Flag(help: "Read on while the file grows.")
    var follow = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --follow: a file that has not grown for so long is complete. Default: never.",
            valueName: "seconds"), transform: NumberArgument.seconds)
    var followIdle: Double?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @Flag(name: [.short, .long], help: "Say nothing on standard error but why it ends.")
    var quiet = false

    @Flag(
        name: [.short, .long], help: "Also say when connections come and go, and what FFmpeg complains about."
    )
    var verbose = false

    func validate() throws {
        func check(_ condition: Bool, _ message: String) throws {
            if !condition { throw ValidationError(message) }
        }
        try decision.validate(events: events)
        try check(!(quiet && verbose), "--quiet and --verbose exclude each other")
        try check(0.5...3600 ~= stallAfter, "--stall-after takes 0.5 to 3600 seconds")
        try check(0.25...3600 ~= reconnectCap, "--reconnect-cap takes 0.25 to 3600 seconds")
        try check(0.1...3600 ~= heartbeat, "--heartbeat takes 0.1 to 3600 seconds")
        try check(followIdle.map { 0.1...604_800 ~= $0 } ?? true, "--follow-idle takes 0.1 to 604800 seconds")
        try check(
            allowedHosts.count <= HostRules.most && allowedHosts.allSatisfy(HostRules.isPattern),
            "--allow-host takes a name or an address without scheme and port, *.domain, or *")
        try check(follow || followIdle == nil, "--follow-idle goes with --follow")
        try check(
            !follow || !FeedAddress(input).isLive && input != "-", "--follow takes a file: give its path")
    }

    func run() async throws {
        var files = FileRoles()
        for path in [input, model] { files.read(path) }
        files.write(output)
        try files.check()
        var (options, chosen) = try decision.resolve(
            model: model, speed: reading.speed, threads: reading.chosenThreads ?? 1, preset: .ticks)
        options.provisional = decision.provisional ?? (options.deadline != nil)
        let output: LineOutput
        if let path = self.output { output = try .growing(path) } else { output = .standardOutput() }
        let outlet = LineOutlet(
            output: output, kinds: (events ?? .standard).kinds.union(scores ? [.score] : []))
        let runner = FeedRunner(name: feed)
        let signals = ProcessSignals.install([SIGINT, SIGTERM])
        let listening = Task { for await _ in signals { runner.stop() } }
        defer { listening.cancel() }
        var logger = Logger(label: "scened") { _ in ConsoleLog(level: .notice) }
        logger.logLevel = quiet ? .error : verbose ? .debug : .notice
        do throws(ResourceShortage) {
            try runner.start(
                plan(options), run: FeedRun(name: RunIdentity.make()),
                model: SharedModel(chosen),
                outlet: outlet, limiter: OpenLimiter(), logger: logger)
        } catch {
            throw CommandFailure(status: .internalError, message: error.description)
        }
        try await conclude(runner.ending, outlet)
    }

    private func plan(_ options: SegmentOptions) -> FeedPlan {
        var media = reading.mediaOptions(threads: 1)
        media.allowedHosts = allowedHosts
        media.followIdle = follow ? followIdle ?? 0 : nil
        var timing = FeedTiming(stallAfter: stallAfter)
        timing.backoff.cap = reconnectCap
        timing.heartbeat = heartbeat
        var plan = FeedPlan(
            name: feed, address: FeedAddress(input), options: options, media: media, timing: timing,
            version: Version.number)
        plan.keepsErrors = verbose
        plan.writesScores = true
        return plan
    }

    /// Turns the way the feed ended into an exit status.
    private func conclude(_ ending: FeedEnding, _ outlet: LineOutlet) async throws {
        switch ending {
        case .end: return
        case .stopped: throw CommandFailure(status: ProcessSignals.status, message: "")
        case .damaged(let text): throw CommandFailure(damaged: MediaSource.url(input).displayName, text)
        case .lost(let text): throw CommandFailure(status: .damaged, message: text)
        case .failed(let failure, let text):
            let status: ExitStatus =
                switch failure {
                case .unavailable, .refused: .cannotOpen
                case .unusable: .noVideo
                case .misconfigured: .usage
                }
            throw CommandFailure(status: status, message: text)
        case .noOutlet(let text):
            if let failure = await outlet.failure { throw failure }
            throw CommandFailure(status: .internalError, message: text)
        }
    }
}
