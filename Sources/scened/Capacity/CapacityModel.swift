/// What feeds and archives need, worked out from what a machine was measured to do. A value without I/O;
/// docs/explanation/capacity.md states the formulas.
struct CapacityModel {
    /// One kind of film under one decode plan.
    struct Cost: Hashable {
        /// Processor seconds that a second of film takes, on one thread.
        var processor: Double
        /// Most memory of the process, bytes.
        var memory: Int
        /// Of film, as it was measured.
        var eventsPerSecond: Double
        var eventBytesPerSecond: Double
        /// nil where it was not measured.
        var embeddingBytesPerSecond: Double?
    }

    let cores: Int
    let cost: Cost
    /// Bits a second of the film.
    let bitRate: Double

    /// The share of its cores that a machine may be kept busy with live feeds: above it some fall behind
    /// (docs/measurements/live-feeds.md, "How many feeds": 1.7 of 2 cores).
    static let usableShare = 0.85
    /// Of a live feed, besides its shots and scenes: one each ten seconds, of so many bytes.
    static let heartbeatsPerSecond = 0.1
    static let heartbeatBytes = 330.0

    /// Feeds that a core carries.
    var feedsPerCore: Double { Self.usableShare / cost.processor }

    /// Hours of film that a core reads in an hour.
    var hoursPerCoreHour: Double { 1 / cost.processor }

    /// What live feeds need.
    struct Feeds {
        var count: Int
        var cores: Double
        /// Like this one.
        var machines: Int
        var memory: Double
        /// Bits a second.
        var network: Double
        var eventsPerSecond: Double
        var journalBytesPerDay: Double
    }

    func feeds(_ count: Int) -> Feeds {
        let number = Double(count)
        let cores = number / feedsPerCore
        let events = cost.eventsPerSecond + Self.heartbeatsPerSecond
        let bytes = cost.eventBytesPerSecond + Self.heartbeatsPerSecond * Self.heartbeatBytes
        return Feeds(
            count: count, cores: cores,
            // A feed does not run on two machines.
            machines: Int((number / max(1, (feedsPerCore * Double(self.cores)).rounded(.down))).rounded(.up)),
            memory: number * Double(cost.memory), network: number * bitRate, eventsPerSecond: number * events,
            journalBytesPerDay: number * bytes * 86_400)
    }

    /// What an archive needs.
    struct Archive {
        var hours: Double
        var coreHours: Double
        /// On this machine, all cores.
        var days: Double
        var eventBytes: Double
        var embeddingBytes: Double?
        /// Bits a second at which films must be read to keep all cores busy.
        var network: Double
    }

    func archive(hours: Double) -> Archive {
        let coreHours = hours * cost.processor
        return Archive(
            hours: hours, coreHours: coreHours, days: coreHours / Double(cores) / 24,
            eventBytes: hours * 3600 * cost.eventBytesPerSecond,
            embeddingBytes: cost.embeddingBytesPerSecond.map { $0 * hours * 3600 },
            network: bitRate * hoursPerCoreHour * Double(cores))
    }

    /// Hours of film in so many bytes at so many bits a second.
    static func hours(bytes: Double, bitRate: Double) -> Double { bytes * 8 / bitRate / 3600 }
}
