package import EventDelivery
package import EventJournal

/// The configuration of `scened run`: a value, read once, compared and swapped whole on reload.
///
/// `systemd/scened.yaml` shows every key; `ServiceConfiguration+YAML` reads it.
package struct ServiceConfiguration: Hashable, Sendable {
    /// State directory: journal, cursors, checkpoints. nil: `$STATE_DIRECTORY`.
    package var state: String?
    package var journal = JournalLimits()
    /// Metrics, health and events over HTTP; nil: none.
    package var http: ListenAddress? = .tcp(host: "127.0.0.1", port: 9310)
    /// Who may read events over HTTP.
    package var httpEvents = EventAccess.unixOnly
    /// Unix socket that serves events; nil: none.
    package var socket: ListenAddress?
    package var limits = ServiceLimits()
    package var log = LogConfiguration()
    package var sinks: [SinkConfiguration] = []
    /// In the order of the file; names are unique. Defaults are already merged in.
    package var feeds: [FeedConfiguration] = []
    /// Which of the file's feeds these are.
    package var shard = FeedShard.whole
    /// Feeds of the file, those of other shards included.
    package var listedFeeds = 0

    package init() {}
}

/// What the service may use.
package struct ServiceLimits: Hashable, Sendable {
    /// Readers of events served at once, over HTTP and over the socket, each. Connections that do not read
    /// events are not among them.
    package var clients = 64
    /// Feeds opened per second, in all.
    package var opensPerSecond = 5.0
    /// Seconds between SIGTERM and the end of the process, at most.
    package var drain = 5.0

    package init() {}

    /// Seconds that a stop in order may take before it is made by force: `drain`, and never less than feeds
    /// need to say so.
    package var stopTime: Double { max(drain, 1) }
}

package struct LogConfiguration: Hashable, Sendable {
    /// `error`, `warning`, `notice`, `info`, `debug` or `trace`.
    package var level = "info"
    /// Lines per minute and feed below `error`; more are counted and summed up.
    package var linesPerMinute = 10

    package init() {}
}
