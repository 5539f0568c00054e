internal import TensorKernels
package import Timeline

/// Cuts the middle out of whole pictures as a `PicturePreparation` says, to the bit as the Python Imaging
/// Library does.
///
/// Keeps its tables and buffers for pictures of one size.
package struct PictureResizer: Sendable {
    package let preparation: PicturePreparation
    private var plan: ByteCrop?

    package init(_ preparation: PicturePreparation) { self.preparation = preparation }

    /// The crop, crop side x crop side x 3 bytes, into `output`. O(source pixels the crop shows x filter
    /// width).
    package mutating func crop(_ picture: RGBPicture, into output: inout [UInt8]) {
        if plan.map({ $0.width != picture.width || $0.height != picture.height }) ?? true {
            let geometry = preparation.geometry
            let size = geometry.resizedSize(width: picture.width, height: picture.height)
            plan = ByteCrop(
                width: picture.width, height: picture.height, resized: size,
                left: geometry.cropOffset(size.width), top: geometry.cropOffset(size.height),
                size: (geometry.cropSide, geometry.cropSide))
        }
        plan?.crop(picture.bytes, into: &output)
    }
}
