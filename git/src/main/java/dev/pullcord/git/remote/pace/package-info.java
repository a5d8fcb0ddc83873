/**
 * Gives up a remote that sends something all the time, and too little: counts what comes over HTTPS
 * and SSH, and how long we wait for it. Silence is not counted here; it ends by a read's time
 * limit.
 */
@NullMarked
package dev.pullcord.git.remote.pace;

import org.jspecify.annotations.NullMarked;
