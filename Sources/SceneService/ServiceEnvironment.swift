internal import Glibc

/// What a service manager tells by the environment.
package struct ServiceEnvironment: Sendable {
    private var values: [String: String] = [:]

    /// Reads the environment of the process.
    package init() {
        for name in [
            "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
            "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY", "JOURNAL_STREAM",
        ] {
            if let value = getenv(name) { values[name] = String(cString: value) }
        }
    }

    /// All that was set, by name.
    package var all: [String: String] { values }

    /// The state directory; nil where nobody names one.
    package func state(_ configuration: ServiceConfiguration) -> String? {
        configuration.state ?? self["STATE_DIRECTORY"]
    }

    /// What `run` would not be able to do.
    package func findings(_ configuration: ServiceConfiguration) -> [ConfigurationFinding] {
        configuration.findings(
            state: state(configuration), credentials: self["CREDENTIALS_DIRECTORY"].map(Credentials.init),
            hasInheritedSockets: self["LISTEN_FDS"] != nil)
    }

    /// The value of a variable; nil where it is not set.
    package subscript(name: String) -> String? { values[name] }
}
