internal import EventDelivery
internal import Glibc

/// How many file descriptors a configuration needs, how many there may be, and who may have how many of them.
///
/// A process without any descriptor left is ended by the runtime's own threads. So feeds and clients have
/// shares that together leave some for the service itself.
package enum DescriptorBudget {
    /// Descriptors of a service without feeds, sinks and clients, 25, and some for what is opened for a
    /// moment.
    private static let own = 40
    /// Of a feed: its worker's socket, the two ends of its wake-up call, its journal, and one for a moment.
    private static let perFeed = 1 + perWorker
    /// Of those, what is closed with the worker.
    package static let perWorker = 4

    /// Without so many no service can begin: its own, those of clients, and those of one feed.
    package static let least = 64

    /// What a feed needs: its own, and those of the sinks that take its events.
    package static func needed(byFeed name: String, of configuration: ServiceConfiguration) -> Int {
        perFeed
            + configuration.sinks.count { sink in
                switch sink {
                case .standardOutput: false
                case .file, .webhook: sink.selection.takes(feed: name)
                }
            }
    }

    /// Descriptors needed where everything runs at once and all clients are there; about.
    package static func needed(by configuration: ServiceConfiguration) -> Int {
        configuration.feeds.reduce(own + clients(of: configuration)) {
            $0 + needed(byFeed: $1.name, of: configuration)
        }
    }

    /// All clients that may be connected at once.
    private static func clients(of configuration: ServiceConfiguration) -> Int {
        servers(of: configuration) * (configuration.limits.clients + ConnectionBook.visitorLimit)
    }

    private static func servers(of configuration: ServiceConfiguration) -> Int {
        [configuration.http, configuration.socket].count { $0 != nil }
    }

    /// What all feeds may take together where `limit` descriptors may be open; 0 or more.
    package static func shareOfFeeds(in configuration: ServiceConfiguration, limit: Int) -> Int {
        max(0, limit - own - min(clients(of: configuration), limit / 4))
    }

    /// Connections that each server takes where `limit` descriptors may be open: those that read events, and
    /// those that do not. All servers get a quarter of the descriptors at most; each takes at least one of
    /// either kind.
    package static func places(
        in configuration: ServiceConfiguration, limit: Int
    ) -> (readers: Int, visitors: Int) {
        let places = limit / 4 / max(1, servers(of: configuration))
        let visitors = max(1, min(ConnectionBook.visitorLimit, places / 2))
        return (max(1, min(configuration.limits.clients, places - visitors)), visitors)
    }

    /// How many may be open now (the soft limit).
    package static var limit: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// The most that this process may ever open (the hard limit).
    package static var most: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_max)
    }

    /// Allows this process all that it may have. Workers limit themselves.
    package static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// One line with a remedy where `configuration` may need more than there may be; nil where it fits.
    package static func warning(for configuration: ServiceConfiguration) -> String? {
        let (needed, most) = (needed(by: configuration), most)
        guard needed > most else { return nil }
        return "\(configuration.feeds.count) feeds, their sinks and readers need about \(needed) "
            + "file descriptors, and \(most) are allowed; raise LimitNOFILE= of the unit (ulimit -Hn)"
    }
}
