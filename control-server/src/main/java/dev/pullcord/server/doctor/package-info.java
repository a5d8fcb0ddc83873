/** Looks at a server and its host for what would keep it from working: one class for each check. */
@NullMarked
package dev.pullcord.server.doctor;

import org.jspecify.annotations.NullMarked;
