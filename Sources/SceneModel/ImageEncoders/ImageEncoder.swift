package import Timeline

/// Pictures in, one vector each.
///
/// A reference, because it keeps its plan, threads and buffers from call to call: one user at a time. The
/// vector of a picture depends on neither the other pictures of the call nor the number of threads.
package protocol ImageEncoder: AnyObject {
    /// Network, for `stream_start` and model files: `resnet50`, `clip-vit-b-32`.
    var name: String { get }
    /// Length of every vector.
    var dimension: Int { get }
    /// What happens to a picture first; its `shortSide` says from what size on a picture loses nothing.
    var preparation: PicturePreparation { get }
    /// One vector per picture, in order. Pictures may differ in size.
    func encode(_ pictures: [RGBPicture]) -> [[Float]]
    /// One vector per picture, in order, of pictures that are cut out already as `preparation.geometry` says.
    func encode(crops: [RGBPicture]) -> [[Float]]
}
