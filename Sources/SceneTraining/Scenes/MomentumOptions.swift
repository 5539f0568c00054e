/// How scenes are contrasted (Movies2Scenes, section 3.3, after He et al. 2020, arXiv 1911.05722).
package struct MomentumOptions: Hashable, Sendable {
    /// Which scenes of the queue a query is not told apart from.
    package enum Exclusion: String, Hashable, Sendable, CaseIterable {
        /// None: the paper's.
        case none
        /// Those of the recordings that the query and its partner are of.
        case same
        /// Also those of all recordings that are alike to the query's.
        case similar
    }

    /// Width of the head behind the scene encoder; 0: none, the scene's vector itself is contrasted.
    package var headWidth = 128
    /// K: scenes that wait in the queue; a multiple of the batch.
    package var queueLength = 65_536
    /// Share of the twin that a step keeps.
    package var momentum: Float = 0.999
    package var temperature: Float = 0.07
    /// Shots of a window.
    package var window = 9
    /// Least shots that a view of a window shows; with fewer than the window each view is a part of it, drawn
    /// anew, so that scenes of other lengths are known, too. The paper shows whole windows.
    package var leastShots = 9
    package var exclusion = Exclusion.none

    /// The paper's.
    package init() {}

    /// What suits an archive of some dozen recordings and a processor. `pairs`: about so many pairs of
    /// scenes; the queue holds a quarter of them, so that it is not full of what is alike.
    package static func small(pairs: Int, batch: Int) -> MomentumOptions {
        var options = MomentumOptions()
        options.queueLength = min(65_536, max(1, pairs / 4 / batch) * batch)
        options.momentum = 0.99
        options.leastShots = 3
        options.exclusion = .similar
        return options
    }
}
