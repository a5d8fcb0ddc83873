/** The manifest's actions: what they run, and which values their parameters take. */
@NullMarked
package dev.pullcord.protocol.manifest.action;

import org.jspecify.annotations.NullMarked;
