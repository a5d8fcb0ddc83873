/** The manifest as a model: what is released, and the workers that run it. */
@NullMarked
package dev.pullcord.protocol.manifest;

import org.jspecify.annotations.NullMarked;
