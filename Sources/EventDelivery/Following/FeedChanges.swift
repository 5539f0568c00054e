/// The feeds of a directory that have something new, as one reader finds them.
///
/// What has changed is gathered while the reader is busy, each feed once, so that a reader of a few feeds is
/// not woken by the others, and one of many does not go through them to find the one that told something.
package struct FeedChanges: ~Copyable {
    private let directory: EventDirectory
    private let number: Int
    /// An element carries nothing: it says that there is something to take.
    private var wakes: AsyncStream<Void>.Iterator

    init(directory: EventDirectory, number: Int, wakes: AsyncStream<Void>) {
        (self.directory, self.number) = (directory, number)
        self.wakes = wakes.makeAsyncIterator()
    }

    deinit { directory.endFollowing(number) }

    /// Feeds that have changed since they were taken last, in the order of their first changes; often none.
    /// Does not wait. O(feeds taken).
    package func take() -> [String] { directory.takeChanges(of: number) }

    /// The same, once there is one.
    ///
    /// - Returns: nil once the task is canceled.
    package mutating func next() async -> [String]? {
        while true {
            let feeds = take()
            if !feeds.isEmpty { return feeds }
            guard await wakes.next() != nil else { return nil }
        }
    }
}
