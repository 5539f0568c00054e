internal import FeedRuntime
internal import SceneEvents
internal import Timeline

/// What Prometheus reads, in its text format 0.0.4. A pure function of the board and the clock: the same
/// board gives the same text.
package struct MetricsPage {
    package private(set) var text = ""

    /// `now`: seconds on the monotonic clock.
    init(_ board: ServiceBoard.Snapshot, now: Double, process: ProcessFigures) {
        writeBuild(board)
        writeFeeds(board)
        writeGapsAndEvents(board)
        writeJournal(board)
        writeSinks(board, now: now)
        family(
            "scened_inference_seconds", "histogram",
            "Time the encoder took for a part, and the scorer for a window.")
        for (stage, times) in board.inference.sorted(by: { $0.key < $1.key }) {
            histogram("scened_inference_seconds", [("stage", stage)], times)
        }
        single(
            "scened_log_suppressed_total", "counter", "Log lines that were counted instead of written.",
            board.suppressedLogLines)
        family("scened_clients", "gauge", "Readers of events being served.")
        for (server, count) in board.clients.sorted(by: { $0.key < $1.key }) {
            sample("scened_clients", [("sink", server)], "\(count)")
        }
        family("scened_reloads_total", "counter", "Reloads of the configuration.")
        sample("scened_reloads_total", [("result", "ok")], "\(board.reloads)")
        sample("scened_reloads_total", [("result", "refused")], "\(board.failedReloads)")
        writeProcess(process)
    }

    private mutating func writeBuild(_ board: ServiceBoard.Snapshot) {
        family("scened_build_info", "gauge", "1; the labels say what runs.")
        let libraries = board.build.sorted { $0.key < $1.key }.map { ($0.key.filter(\.isLetter), $0.value) }
        sample("scened_build_info", [("version", board.version)] + libraries, "1")
        single("scened_ready", "gauge", "Whether the service is ready.", board.reasons.isEmpty ? 1 : 0)
    }

    private mutating func writeFeeds(_ board: ServiceBoard.Snapshot) {
        let feeds = board.feeds.sorted { $0.key < $1.key }
        let statuses = feeds.compactMap { feed, entry in entry.status.map { (feed: feed, status: $0) } }
        family("scened_feed_state", "gauge", "1 for the state the feed is in, else 0.")
        for (feed, status) in statuses {
            for state in FeedStatus.State.allCases {
                sample(
                    "scened_feed_state", [("feed", feed), ("state", state.rawValue)],
                    status.state == state ? "1" : "0")
            }
        }
        func each(_ name: String, _ type: String, _ help: String, _ value: (FeedStatus) -> Double?) {
            family(name, type, help)
            for (feed, status) in statuses {
                value(status).map { sample(name, [("feed", feed)], Self.plain($0)) }
            }
        }
        each(
            "scened_feed_last_frame_timestamp_seconds", "gauge", "When the last picture came.",
            \.lastPictureTime)
        each(
            "scened_feed_last_event_timestamp_seconds", "gauge", "When the last event was made.",
            \.lastEventTime)
        each(
            "scened_feed_relief_steps", "gauge",
            "Steps of work left out because the machine cannot keep up, 0 to 4."
        ) {
            Double($0.relief.step.rawValue)
        }
        each(
            "scened_feed_confined", "gauge",
            "1 if the process that reads the feed has all of its confinement, else 0."
        ) {
            $0.unconfined.map { $0.isEmpty ? 1 : 0 }
        }
        each(
            "scened_feed_drift_ppm", "gauge", "Millionths by which the source's clock is slower than ours.",
            \.drift)
        each("scened_feed_media_lag_seconds", "gauge", "How far pictures are behind the wall clock.", \.lag)
        each(
            "scened_feed_surprise", "gauge",
            "Surprise of the last part in nats; of feeds with a contextualizer.",
            \.surprise)
        each(
            "scened_feed_novelty", "gauge",
            "Mean novelty of the last 32 parts in nats; of feeds with a contextualizer or a novelty window.",
            \.novelty)
        each(
            "scened_feed_novelty_limit", "gauge",
            "Mean novelty in nats above which something new is on; of such feeds, once it is known.",
            \.noveltyLimit)
        each("scened_feed_new", "gauge", "1 while something new is on, else 0.") {
            $0.isNew.map { $0 ? 1 : 0 }
        }
        family("scened_feed_open_total", "counter", "Attempts to open the input.")
        for (feed, status) in statuses {
            sample(
                "scened_feed_open_total", [("feed", feed), ("result", "ok")],
                "\(status.connections)")
            sample("scened_feed_open_total", [("feed", feed), ("result", "failed")], "\(status.failedOpens)")
        }
        each("scened_feed_reconnects_total", "counter", "Connections opened after the first.") {
            Double($0.reconnects)
        }
        each("scened_feed_bytes_total", "counter", "Bytes read.") { Double($0.bytes) }
        family("scened_feed_packets_total", "counter", "Packets of the video stream.")
        for (feed, status) in statuses {
            sample("scened_feed_packets_total", [("feed", feed), ("result", "read")], "\(status.packets)")
            sample(
                "scened_feed_packets_total", [("feed", feed), ("result", "refused")], "\(status.decodeErrors)"
            )
        }
        family("scened_feed_frames_total", "counter", "Pictures.")
        for (feed, status) in statuses {
            sample(
                "scened_feed_frames_total", [("feed", feed), ("result", "ok")],
                "\(max(0, status.pictures - status.damagedPictures))")
            sample(
                "scened_feed_frames_total", [("feed", feed), ("result", "corrupt")],
                "\(status.damagedPictures)")
        }
        each("scened_feed_timestamp_repairs_total", "counter", "Time stamps moved to keep their order.") {
            Double($0.repairedTimestamps)
        }
    }

    /// Reasons and types that did not occur stand there with 0: Prometheus counts from the first value that
    /// it sees, so that the first gap of a series that begins with it would not count.
    private mutating func writeGapsAndEvents(_ board: ServiceBoard.Snapshot) {
        let reasons = Gap.Reason.allCases.sorted { $0.rawValue < $1.rawValue }
        let types = EventKind.allCases.map(\.rawValue).sorted()
        let feeds = board.feeds.sorted { $0.key < $1.key }
        family("scened_feed_gap_seconds_total", "counter", "Seconds without pictures.")
        for (feed, entry) in feeds {
            for reason in reasons {
                sample(
                    "scened_feed_gap_seconds_total", [("feed", feed), ("reason", reason.rawValue)],
                    Self.plain(entry.gapSeconds[reason] ?? 0))
            }
        }
        family("scened_feed_gaps_total", "counter", "Gaps.")
        for (feed, entry) in feeds {
            for reason in reasons {
                sample(
                    "scened_feed_gaps_total", [("feed", feed), ("reason", reason.rawValue)],
                    "\(entry.gaps[reason] ?? 0)")
            }
        }
        family("scened_events_total", "counter", "Events, by type.")
        for (feed, entry) in feeds {
            for type in types {
                sample("scened_events_total", [("feed", feed), ("type", type)], "\(entry.events[type] ?? 0)")
            }
        }
        family(
            "scened_events_omitted_total", "counter",
            "Events that found no room while the disk refused the journal.")
        for (feed, entry) in feeds {
            sample("scened_events_omitted_total", [("feed", feed)], "\(entry.omittedEvents)")
        }
        family(
            "scened_event_latency_seconds", "histogram",
            "Media time between a boundary and the picture that made its answer final.")
        for (feed, entry) in feeds {
            histogram("scened_event_latency_seconds", [("feed", feed)], entry.boundaryDelay)
        }
        family(
            "scened_event_wall_latency_seconds", "histogram",
            "Wall time between when a boundary was due and its final answer; live feeds.")
        for (feed, entry) in feeds {
            entry.status.map {
                histogram("scened_event_wall_latency_seconds", [("feed", feed)], $0.delays.wall)
            }
        }
        family(
            "scened_late_answers_total", "counter",
            "Final boundaries more than a second beyond the stated delay, in media or by the wall clock.")
        for (feed, entry) in feeds {
            guard let delays = entry.status?.delays else { continue }
            sample(
                "scened_late_answers_total", [("feed", feed), ("clock", "media")], "\(delays.lateInMedia)")
            sample(
                "scened_late_answers_total", [("feed", feed), ("clock", "wall")], "\(delays.lateByTheWall)")
        }
    }

    private mutating func writeJournal(_ board: ServiceBoard.Snapshot) {
        let feeds = board.feeds.sorted { $0.key < $1.key }
        family("scened_journal_bytes", "gauge", "Bytes of the journal on disk.")
        for (feed, entry) in feeds {
            sample("scened_journal_bytes", [("feed", feed)], "\(entry.journalBytes)")
        }
        family("scened_journal_waiting_bytes", "gauge", "Bytes of events that wait for the disk.")
        for (feed, entry) in feeds {
            sample("scened_journal_waiting_bytes", [("feed", feed)], "\(entry.waitingBytes)")
        }
        family(
            "scened_journal_failing", "gauge",
            "1 where the journal cannot be written or looked after, else 0.")
        for (feed, entry) in feeds {
            sample("scened_journal_failing", [("feed", feed)], entry.journalTrouble == nil ? "0" : "1")
        }
        family(
            "scened_journal_errors_total", "counter", "Attempts to write the journal that the disk refused.")
        for (feed, entry) in feeds {
            sample("scened_journal_errors_total", [("feed", feed)], "\(entry.journalErrors)")
        }
        family(
            "scened_journal_losses_total", "counter",
            "Files of the journal that somebody else removed, replaced or shortened.")
        for (feed, entry) in feeds {
            sample("scened_journal_losses_total", [("feed", feed)], "\(entry.journalLosses)")
        }
        family("scened_journal_fsync_seconds", "histogram", "Time to write and sync one batch of events.")
        for (feed, entry) in feeds {
            histogram("scened_journal_fsync_seconds", [("feed", feed)], entry.flush)
        }
    }

    private mutating func writeSinks(_ board: ServiceBoard.Snapshot, now: Double) {
        let sinks = board.sinks.sorted { ($0.key.sink, $0.key.feed) < ($1.key.sink, $1.key.feed) }
        func each(
            _ name: String, _ type: String, _ help: String,
            _ value: (ServiceBoard.SinkKey, ServiceBoard.SinkEntry) -> String
        ) {
            family(name, type, help)
            for (key, entry) in sinks {
                sample(name, [("sink", key.sink), ("feed", key.feed)], value(key, entry))
            }
        }
        each("scened_sink_queue_events", "gauge", "Events that the sink has not taken yet.") { key, _ in
            "\(board.backlog(of: key, now: now).events)"
        }
        each("scened_sink_delivered_total", "counter", "Events that the sink has taken.") {
            "\($1.delivered)"
        }
        each("scened_sink_errors_total", "counter", "Failed attempts to deliver.") { "\($1.errors)" }
        each("scened_sink_oldest_unacked_seconds", "gauge", "For how long the oldest of them has waited.") {
            key, _ in
            Self.plain(board.backlog(of: key, now: now).seconds)
        }
    }

    private mutating func writeProcess(_ process: ProcessFigures) {
        family("process_cpu_seconds_total", "counter", "Time on the processor, user and system.")
        sample("process_cpu_seconds_total", [], Self.plain(process.cpuSeconds))
        single("process_open_fds", "gauge", "Open file descriptors.", process.openFiles)
        single(
            "process_max_fds", "gauge", "File descriptors that may be open.", Int(clamping: process.maxFiles))
        single("process_threads", "gauge", "Threads.", process.threads)
        single("process_virtual_memory_bytes", "gauge", "Virtual memory.", Int(process.virtualBytes))
        single("process_resident_memory_bytes", "gauge", "Resident memory.", Int(process.residentBytes))
        family("process_start_time_seconds", "gauge", "When the process began.")
        sample("process_start_time_seconds", [], Self.plain(process.startTime))
    }

    // MARK: The format

    private mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
        family(name, type, help)
        sample(name, [], "\(value)")
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) {
        var total = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            total += count
            sample(name + "_bucket", labels + [("le", Self.plain(bound))], "\(total)")
        }
        sample(name + "_bucket", labels + [("le", "+Inf")], "\(histogram.count)")
        sample(name + "_sum", labels, Self.plain(histogram.sum))
        sample(name + "_count", labels, "\(histogram.count)")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func plain(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
