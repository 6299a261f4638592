//! The box that a chart is drawn in, and points in it.

/// The whole drawing and the margins around its plot, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Of the whole drawing.
    pub width: f64,
    /// Of the whole drawing.
    pub height: f64,
    /// Above the plot.
    pub top: f64,
    /// Right of the plot.
    pub right: f64,
    /// Below the plot: the labels of the x axis.
    pub bottom: f64,
    /// Left of the plot: the labels of the y axis.
    pub left: f64,
}

impl Frame {
    /// Width of the plot, never below 0.
    pub fn plot_width(&self) -> f64 {
        (self.width - self.left - self.right).max(0.0)
    }

    /// Height of the plot, never below 0.
    pub fn plot_height(&self) -> f64 {
        (self.height - self.top - self.bottom).max(0.0)
    }

    /// The y of the plot's lower edge.
    pub fn floor(&self) -> f64 {
        self.top + self.plot_height()
    }
}

/// A place in the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// Points as SVG's `points` attribute writes them, to a tenth of a pixel.
///
/// ```
/// use suara_insight::chart::{Point, path_points};
/// assert_eq!(path_points(&[Point { x: 1.0, y: 2.25 }, Point { x: 3.0, y: 4.0 }]), "1.0,2.2 3.0,4.0");
/// ```
pub fn path_points(points: &[Point]) -> String {
    points.iter().map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect::<Vec<_>>().join(" ")
}
