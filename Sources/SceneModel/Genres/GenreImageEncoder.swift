package import NeuralNet
internal import TensorKernels
package import Timeline

/// An image encoder with its genres: CLIP's vector of a picture, its shares of the genres, and both fused.
///
/// Of the visual tokens only the class token stands for a picture, and no other has a part in its residual,
/// so that no other is computed. 0.6 MFLOP a picture beside the 9 GFLOP of ViT-B/32.
package final class GenreImageEncoder: ImageEncoder {
    package let prior: GenrePrior
    /// nil until it is trained: embeddings are then as the prior reads them.
    package let fusion: GenreFusion?
    private let images: any ImageEncoder
    private let transposed: Matrix?

    /// The prior's width must be that of the images' vectors.
    package init(_ images: any ImageEncoder, prior: GenrePrior, fusion: GenreFusion?) {
        precondition(images.dimension == prior.width, "genres in the space of the embeddings")
        (self.images, self.prior, self.fusion) = (images, prior, fusion)
        transposed = fusion?.transposedWeight
    }

    package var name: String { images.name }
    package var dimension: Int { images.dimension }
    package var preparation: PicturePreparation { images.preparation }

    package func encode(_ pictures: [RGBPicture]) -> [[Float]] {
        images.encode(pictures).map { fused($0).vector }
    }

    package func encode(crops: [RGBPicture]) -> [[Float]] { read(crops: crops).map(\.vector) }

    /// Vectors and shares [G], one per crop, in order.
    package func read(crops: [RGBPicture]) -> [(vector: [Float], shares: [Float])] {
        images.encode(crops: crops).map(fused)
    }

    private func fused(_ token: [Float]) -> (vector: [Float], shares: [Float]) {
        let (base, shares) = prior.read(token)
        guard let fusion, let transposed else { return (base, shares) }
        return (
            fusion.fused(base, mixture: prior.affinity.mixture(shares), transposed: transposed), shares
        )
    }
}
