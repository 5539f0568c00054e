package import SceneSegmentation

/// Any scorer, chosen at run time. The indirection costs one call per window.
package struct AnyBoundaryScorer: BoundaryScorer {
    private var base: any BoundaryScorer

    package init(_ base: any BoundaryScorer) { self.base = base }

    package var name: String { base.name }
    package var neighborCount: Int { base.neighborCount }
    package mutating func score(_ window: ContextWindow) -> Float { base.score(window) }
}
