internal import Glibc

/// How many file descriptors a configuration needs, and how many there may be.
package enum DescriptorBudget {
    /// Descriptors of a service without feeds, sinks and clients, and some for what is opened for a moment.
    private static let own = 64
    /// Of a feed: its worker's socket, the two ends of its wake-up call, its journal.
    private static let perFeed = 4

    /// Without so many no service can begin.
    package static let least = own

    /// Descriptors needed where everything runs at once and all clients are there; about.
    package static func needed(by configuration: ServiceConfiguration) -> Int {
        let servers = [configuration.http, configuration.socket].count { $0 != nil }
        let sinks = configuration.sinks.reduce(0) { sum, sink in
            let feeds = configuration.feeds.count { sink.selection.takes(feed: $0.name) }
            switch sink {
            case .standardOutput: return sum
            case .file, .webhook: return sum + feeds
            }
        }
        return own + perFeed * configuration.feeds.count + sinks + servers * configuration.limits.clients
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
