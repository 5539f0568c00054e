/// Where events are delivered besides the journal.
package enum SinkConfiguration: Hashable, Sendable {
    /// Standard output.
    case standardOutput(StandardOutputSink)
    case file(FileSink)
    case webhook(WebhookSink)

    /// Name in metrics and of the cursor on disk; unique in a configuration.
    package var name: String {
        switch self {
        case .standardOutput: "stdout"
        case .file(let sink): sink.name
        case .webhook(let sink): sink.name
        }
    }

    /// What is delivered.
    package var selection: SinkSelection {
        switch self {
        case .standardOutput(let sink): sink.selection
        case .file(let sink): sink.selection
        case .webhook(let sink): sink.selection
        }
    }
}

/// Which events a sink takes.
package struct SinkSelection: Hashable, Sendable {
    /// Names of feeds; nil: all.
    package var feeds: [String]?
    /// Types of events; nil: all.
    package var types: [String]?

    package init(feeds: [String]? = nil, types: [String]? = nil) {
        self.feeds = feeds
        self.types = types
    }

    package func takes(feed: String) -> Bool { feeds?.contains(feed) ?? true }
    package func takes(type: String) -> Bool { types?.contains(type) ?? true }
}

package struct StandardOutputSink: Hashable, Sendable {
    package var selection = SinkSelection()
    /// Whether each event stands in an envelope with feed and cursor.
    package var envelope = false

    package init() {}
}

package struct FileSink: Hashable, Sendable {
    package var name: String
    /// Path; `%f` stands for the name of the feed.
    package var path: String
    package var selection = SinkSelection()
    /// Whether each event stands in an envelope with feed and cursor.
    package var envelope = false

    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

package struct WebhookSink: Hashable, Sendable {
    package var name: String
    /// `http://` or `https://` address; may hold places for secrets.
    package var url: SecretText
    /// File of the authorities that certificates must be from, PEM; nil: the system's.
    package var authority: String?
    /// Key of the signature; nil: requests are not signed.
    package var secret: SecretText?
    package var selection = SinkSelection()
    /// Most events in one request.
    package var batch = 100
    /// Seconds until a request without an answer counts as failed.
    package var timeout = 10.0
    /// Longest wait between attempts, seconds.
    package var retryCap = 60.0

    package init(name: String, url: SecretText) {
        self.name = name
        self.url = url
    }
}
