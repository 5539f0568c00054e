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
        abstract: "Find the scenes of a live feed, and reconnect when it fails.",
        discussion: """
            Examples:
              scened watch rtsp://camera.example/stream --deadline 30
              scened watch udp://239.1.1.1:5000
              scened watch http://example.org/live.m3u8 --events boundary,scene,gap
              scened watch recording.ts --follow
              scened watch 'rtmp://0.0.0.0:1935/live/key?listen=1'

            On a terminal it shows the scenes and the state of the feed; otherwise, and with --json, it prints JSON \
            lines. It reconnects forever: gap events say what is missing and why. Files, FIFOs and standard input \
            are read to their end. An address may also wait for an encoder: rtmp://...?listen=1, \
            srt://...?mode=listener, tcp://...?listen=1. Each answer comes within a bound, which stream_start \
            states.

            Exit status: 0 a file or pipe was read; 64 usage; 65 no video or model; 66 cannot be opened; 73 cannot be \
            written; 74 damaged; 130, 143 stopped. More options: --help-hidden. More to read: scened-watch(1).
            """)

    @Argument(help: "The address of a feed, a file, a FIFO, or - for standard input.")
    var input: String

    @OptionGroup(title: "Decision")
    var decision: DecisionArguments

    @OptionGroup
    var cue: CueArguments

    @OptionGroup
    var block: BlockArguments

    @OptionGroup(title: "Seen before")
    var recalling: RecallArguments

    @OptionGroup
    var surprising: SurpriseArguments

    @OptionGroup
    var event: EventArguments

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write to this file, which is emptied first, instead of standard output; it can be read while it grows.",
            valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "A model file, or the built-in builtin:relational. Default: the descriptor and coherence, without training.",
            valueName: "file"))
    var model: String?

    @OptionGroup
    var comparing: SimilarityArguments

    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp(
            "A host that playlists and redirections may lead to, besides that of the address: a name, an address, *.domain, or * for all. May be given more than once.",
            valueName: "host", visibility: .hidden))
    var allowedHosts: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Time without bytes, packets or pictures after which the feed counts as stalled. Default: 10 seconds.",
            valueName: "duration"), transform: NumberArgument.seconds)
    var stallAfter = FeedTiming().stallAfter

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Longest wait before the next attempt to connect. Default: 30 seconds.", valueName: "duration",
            visibility: .hidden),
        transform: NumberArgument.seconds)
    var reconnectCap = RetryPolicy().cap

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Wall time between two heartbeat events. Default: 10 seconds.", valueName: "duration",
            visibility: .hidden),
        transform: NumberArgument.seconds)
    var heartbeat = FeedTiming().heartbeat

    @Flag(help: "Wait for more while the file grows.")
    var follow = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --follow: a file that has not grown for this long is complete. Default: never.",
            valueName: "duration", visibility: .hidden), transform: NumberArgument.seconds)
    var followIdle: Double?

    @OptionGroup(title: "Reading")
    var reading: ReadingArguments

    @OptionGroup(title: "Sound")
    var hearing: SoundArguments

    @Flag(name: [.short, .long], help: "Print nothing on standard error except why it ends.")
    var quiet = false

    @Flag(
        name: [.short, .long], help: "Also print when connections begin and end, and the warnings of FFmpeg."
    )
    var verbose = false

    func validate() throws {
        func check(_ condition: Bool, _ message: String) throws {
            if !condition { throw ValidationError(message) }
        }
        if let fault = AddressFault.find(in: input) { throw ValidationError("the address \(fault)") }
        try decision.validate(events: event.events)
        try hearing.validate(isHeard: block.blocks, similarity: comparing.chosen, model: model)
        try event.validateShots("--sound", isGiven: hearing.sound)
        try cue.validate(events: event.events)
        try block.validate(events: event.events)
        try recalling.validate(events: event.events)
        try surprising.validate(events: event.events)
        try event.validateReasons(findsBlocks: block.blocks)
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
            reading.speed != .auto, "watch takes no --speed auto: choose fastest or scout")
        try check(
            !follow || !FeedAddress(input).isLive && input != "-", "--follow takes a file: give its path")
    }

    func run() async throws {
        CrashHandling.leaveToTheSystem()
        var files = FileRoles()
        for path in [
            input, model, event.calibration, recalling.index, recalling.probe, recalling.sentences.tags,
            surprising.surprise,
        ] {
            files.read(path)
        }
        files.write(output)
        try files.check()
        var (options, chosen) = try decision.resolve(
            model: model, similarity: comparing.chosen, hears: !hearing.isSilent, speed: reading.speed.plan,
            threads: reading.chosenThreads ?? 1, preset: .ticks)
        options.cues = cue.cues
        options.blocks = block.options(givesReasons: event.reasons)
        options.recall = try recalling.options(of: chosen, path: model)
        options.surprise = try surprising.options(chosen.embeddings)
        options.givesReasons = event.reasons
        options.calibration = try event.readCalibration(
            of: chosen.summary, neighbors: options.neighborCount)
        options.provisional = decision.provisional ?? (options.deadline != nil)
        try hearing.apply(to: &options, scorer: chosen.scorer)
        let outlet = try outlet()
        let runner = FeedRunner(name: event.feedName)
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

    /// JSON lines, or a view for the person at the terminal.
    private func outlet() throws(CommandFailure) -> any WatchOutlet {
        if event.isForPeople(output: output) {
            return FeedView(output: .standardOutput(), showsState: Console.isTerminal && !quiet)
        }
        let lines: LineOutput
        if let output { lines = try .growing(output) } else { lines = .standardOutput() }
        return LineOutlet(output: lines, kinds: event.kinds)
    }

    private func plan(_ options: SegmentOptions) -> FeedPlan {
        var media = reading.mediaOptions(threads: 1)
        media.allowedHosts = allowedHosts
        media.followIdle = follow ? followIdle ?? 0 : nil
        var timing = FeedTiming(stallAfter: stallAfter)
        timing.backoff.cap = reconnectCap
        timing.heartbeat = heartbeat
        var plan = FeedPlan(
            name: event.feedName, address: FeedAddress(input), options: options, media: media, timing: timing,
            version: Version.number)
        plan.keepsErrors = verbose
        plan.writesScores = true
        return plan
    }

    /// Turns the way the feed ended into an exit status.
    private func conclude(_ ending: FeedEnding, _ outlet: any WatchOutlet) async throws {
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
