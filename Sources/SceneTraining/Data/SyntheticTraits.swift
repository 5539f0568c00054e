/// What varies between synthetic films: every trait is drawn anew for each film, uniformly within its range.
///
/// Variances are those of the parts that a shot's vector is the sum of; only their ratios matter.
package struct SyntheticTraits: Hashable, Sendable {
    /// What all shots of the film share.
    package var film = 0.1...1.2
    /// What the shots of an act, some scenes long, share.
    package var act = 0.0...0.3
    /// What the shots of a scene's place share.
    package var scene = 0.05...0.6
    /// What the shots of one camera position share.
    package var setup = 0.1...0.9
    /// What no two shots share.
    package var shot = 0.2...1.1
    /// How far a scene drifts from its beginning to its end; in half of the films.
    package var drift = 0.0...0.3
    /// Shots of a scene: median over scenes.
    package var sceneLength = 3.0...12.0
    /// Deviation of the logarithm of a scene's length.
    package var lengthSpread = 0.5...0.9
    /// Chance that a scene returns to an earlier place.
    package var recurrence = 0.0...0.15
    /// Camera positions of a place beyond the first: mean.
    package var setups = 0.5...3.0
    /// Chance that a shot shows something else, e.g. a detail.
    package var insert = 0.0...0.05
    /// Chance that a shot is from a camera position that was not used before.
    package var discovery = 0.0...0.2
    /// Chance that a shot keeps the camera position of the one before.
    package var staying = 0.0...0.6
    /// Median length of a shot in seconds; drawn by its logarithm.
    package var shotSeconds = 1.5...7.0
    /// Deviation of the logarithm of a shot's length.
    package var shotSpread = 0.3...0.6
    /// Mean logarithm by which first and last shots of scenes are longer.
    package var edgeLength = 0.3...1.0
    /// Chance that a scene begins with a dissolve, wipe or fade; in three films of five.
    package var softEntry = 0.0...0.6
    /// Share of that chance inside scenes.
    package var softInside = 0.0...0.2
    /// Chance of a black picture between scenes.
    package var blank = 0.0...0.05

    package init() {}
}
