package import SceneEvents

/// Where one feed's events go: numbered, kept, and handed to whoever reads them.
///
/// A feed calls it from one task, in the order in which things became certain.
package protocol EventOutlet: Sendable {
    /// Takes the next events of the feed. Returns once they are safe; then they may be told to others.
    ///
    /// - Parameter events: in order; heartbeats may come before the `streamStart`.
    /// - Throws: what keeps them from being safe. The feed then ends.
    func append(_ events: [Event]) async throws

    /// The feed was asked to end: what follows, the input does not give by itself. Called before the events
    /// that this may concern, perhaps several times.
    func stop() async

    /// Whether `keep` is of use.
    var keepsCheckpoints: Bool { get }

    /// Keeps what a later process can go on from; it stands for everything up to the last event that was
    /// taken.
    func keep(_ checkpoint: [UInt8]) async

    /// Takes small pictures of the feed, in order of time, of which the newest `most` are wanted. What
    /// becomes of them changes no event.
    func keep(_ pictures: [FeedPicture], most: Int) async

    /// Takes how the feed stands, at each change of state and at least with each heartbeat.
    func status(_ status: FeedStatus) async
}

extension EventOutlet {
    package func stop() async {}

    package var keepsCheckpoints: Bool { false }

    package func keep(_ checkpoint: [UInt8]) async {}

    package func keep(_ pictures: [FeedPicture], most: Int) async {}
}
