/// Tells what a live input shows again from what comes with a clock that was set anew, whose instants were
/// told before by accident, as where an encoder was restarted under the same name.
///
/// What is shown again comes as fast as it can be fetched, up to where the source stands, which lies behind
/// all that was told. An input that has nothing more, and then goes on at the pace of time in front of it,
/// has another clock.
///
/// A value; wall time comes with each call. Late by `patience` seconds at most, from where the input had
/// nothing more.
package struct ShownAgainWatch {
    /// Up to where the input was told, in seconds of its clock.
    private let end: Double
    /// When the input first had nothing more, and where it stood then.
    private var edge: (wall: Double, media: Double)?

    /// Seconds for which pictures come at the pace of time, and how many of media they hold at least.
    static let patience = 6.0
    private static let leastMedia = 3.0
    /// A picture for which this many seconds were waited was not there yet.
    private static let wait = 0.8
    /// Seconds of media in one of time: what is fetched through a slow network comes faster.
    private static let pace = 2.0
    /// Seconds in front of the end that a decoder may have held back.
    private static let heldBack = 2.0

    package init(end: Double) { self.end = end }

    /// Takes a picture that seems to have been told. `waited`: seconds until it came.
    ///
    /// - Returns: whether the clock is another one.
    package mutating func push(_ media: Double, wall: Double, waited: Double) -> Bool {
        guard let edge else {
            if waited >= Self.wait { edge = (wall, media) }
            return false
        }
        let (passed, shown) = (wall - edge.wall, media - edge.media)
        return passed >= Self.patience && shown >= Self.leastMedia && shown <= Self.pace * passed
            && media < end - Self.heldBack
    }
}
