/** The manifest: its model and its parser. */
@NullMarked
package dev.pullcord.protocol.manifest;

import org.jspecify.annotations.NullMarked;
