/** The manifest: its model, its parser, and the identity of a worker that follows from it. */
@NullMarked
package dev.pullcord.protocol.manifest;

import org.jspecify.annotations.NullMarked;
