/// Which hidden vector stands for a window.
package enum Pooling: String, Sendable, CaseIterable {
    /// The token at index floor((2K+2)/2) = K+1: the center shot. What BaSSL uses.
    case center
    /// Token 0, the mean of the shots.
    case cls
    /// Mean of the shots' tokens.
    case avg
    /// Greatest value of the shots' tokens, per dimension.
    case max
}
