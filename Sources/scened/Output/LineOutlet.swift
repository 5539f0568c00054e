internal import FeedRuntime
import Timeline
import SceneEvents

/// Where `watch` puts what a feed tells.
protocol WatchOutlet: EventOutlet {
    /// What kept events from being written.
    var failure: CommandFailure? { get async }
}

/// Writes a feed's events as JSON lines.
actor LineOutlet: WatchOutlet {
    private let output: LineOutput
    private let kinds: Set<EventKind>
    private var writer = EventWriter()
    /// What kept lines from being written.
    private(set) var failure: CommandFailure?

    /// - Parameters:
    ///   - output: where lines go.
    ///   - kinds: types of event to write.
    init(output: consuming LineOutput, kinds: Set<EventKind>) {
        self.output = output
        self.kinds = kinds
    }

    func append(_ events: [Event]) async throws {
        for event in events {
            guard kinds.contains(event.kind) else {
                writer.skip(event)
                continue
            }
            do throws(CommandFailure) {
                try output.write(writer.line(event))
            } catch {
                failure = error
                throw error
            }
        }
    }

    func status(_ status: FeedStatus) async {}
}
