/// How a window without labels is cut in pseudo-scenes: BaSSL's rules, and those that it is compared with.
package enum BoundaryRule: Hashable, Sendable {
    /// Alignment of the projected shots with the window's ends, as BaSSL codes it.
    case warping
    /// The paper's averaged formula, on the embeddings.
    case averaged
    /// Anywhere.
    case random
    /// After the center.
    case fixed
    /// The window is joined from two films, and the cut is where they meet.
    case synthesised
    /// Anchors drawn by duration, and the averaged formula between them.
    case anchors(AnchorSampling)
}
